import type { PairCounts } from "#kernels/pair-counts.ts";

/** A symmetric sparse matrix by rows, without its diagonal; columns ascend within a row. */
export type Neighbours = { readonly starts: Int32Array; readonly columns: Int32Array; readonly values: Float64Array };

/** Both triangles of the counted pairs, for `n` items, as rows; each value divided by `unit`. */
export function neighboursOf(pairs: PairCounts, n: number, unit: number): Neighbours {
  const starts = new Int32Array(n + 1);
  pairs.forEach((low, high) => {
    starts[low + 1]!++;
    starts[high + 1]!++;
  });
  for (let row = 0; row < n; row++) starts[row + 1]! += starts[row]!;
  const columns = new Int32Array(starts[n]!);
  const values = new Float64Array(starts[n]!);
  const next = starts.slice(0, n);
  const put = (row: number, column: number, count: number) => {
    const at = next[row]!++;
    columns[at] = column;
    values[at] = count / unit;
  };
  pairs.forEach((low, high, count) => {
    put(low, high, count);
    put(high, low, count);
  });
  for (let row = 0; row < n; row++) sortRow(columns, values, starts[row]!, starts[row + 1]!);
  return { starts, columns, values };
}

function sortRow(columns: Int32Array, values: Float64Array, start: number, end: number): void {
  const order = Array.from({ length: end - start }, (_, index) => start + index).sort((a, b) => columns[a]! - columns[b]!);
  const [sortedColumns, sortedValues] = [order.map((at) => columns[at]!), order.map((at) => values[at]!)];
  columns.set(sortedColumns, start);
  values.set(sortedValues, start);
}
