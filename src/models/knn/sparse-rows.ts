/** A matrix by rows without its zeros: row r holds `values[at]` in column `columns[at]` for `starts[r] ≤ at < starts[r + 1]`. */
export type SparseRows = { readonly starts: Int32Array; readonly columns: Int32Array; readonly values: Float64Array };

/** Rows of [column, value] pairs, in the order given. */
export function sparseRows(rows: readonly (readonly (readonly [number, number])[])[]): SparseRows {
  const starts = new Int32Array(rows.length + 1);
  for (const [row, entries] of rows.entries()) starts[row + 1] = starts[row]! + entries.length;
  const columns = new Int32Array(starts[rows.length]!);
  const values = new Float64Array(starts[rows.length]!);
  let at = 0;
  for (const entries of rows) {
    for (const [column, value] of entries) {
      columns[at] = column;
      values[at++] = value;
    }
  }
  return { starts, columns, values };
}

/** The same matrix by columns; `columnCount` is its width. Columns of the answer ascend within a row. */
export function transpose({ starts, columns, values }: SparseRows, columnCount: number): SparseRows {
  const turned = { starts: new Int32Array(columnCount + 1), columns: new Int32Array(columns.length), values: new Float64Array(values.length) };
  for (const column of columns) turned.starts[column + 1]!++;
  for (let column = 0; column < columnCount; column++) turned.starts[column + 1]! += turned.starts[column]!;
  const next = turned.starts.slice(0, columnCount);
  for (let row = 0; row + 1 < starts.length; row++) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      const place = next[columns[at]!]!++;
      turned.columns[place] = row;
      turned.values[place] = values[at]!;
    }
  }
  return turned;
}

/** The value in a row whose columns ascend; 0 where there is none. */
export function valueIn({ starts, columns, values }: SparseRows, row: number, column: number): number {
  let [low, high] = [starts[row]!, starts[row + 1]! - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = columns[middle]!;
    if (found === column) return values[middle]!;
    if (found < column) low = middle + 1;
    else high = middle - 1;
  }
  return 0;
}

/** Σ value² of each row. */
export function squaredNorms({ starts, values }: SparseRows): Float64Array {
  const norms = new Float64Array(starts.length - 1);
  for (let row = 0; row < norms.length; row++) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) norms[row]! += values[at]! * values[at]!;
  }
  return norms;
}
