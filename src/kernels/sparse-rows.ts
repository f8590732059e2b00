/** A sparse matrix of whole numbers by rows: row r is `columns[at]`, `counts[at]` for `starts[r] ≤ at < starts[r + 1]`; columns ascend in a row. */
export type CountRows = { readonly starts: Int32Array; readonly columns: Int32Array; readonly counts: Int32Array };

/** The rows as columns: `columnCount` rows whose columns (the old rows) ascend. Two passes, no sort. */
export function transposed(rows: CountRows, columnCount: number): CountRows {
  const rowCount = rows.starts.length - 1;
  const starts = new Int32Array(columnCount + 1);
  for (const column of rows.columns) starts[column + 1]!++;
  for (let column = 0; column < columnCount; column++) starts[column + 1]! += starts[column]!;
  const next = starts.slice(0, columnCount);
  const columns = new Int32Array(rows.columns.length);
  const counts = new Int32Array(rows.columns.length);
  for (let row = 0; row < rowCount; row++) {
    for (let at = rows.starts[row]!; at < rows.starts[row + 1]!; at++) {
      const place = next[rows.columns[at]!]!++;
      columns[place] = row;
      counts[place] = rows.counts[at]!;
    }
  }
  return { starts, columns, counts };
}
