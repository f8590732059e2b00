import type { PairCounts } from "./pair-counts.ts";

/** A symmetric sparse matrix of whole numbers by rows, without its diagonal; columns ascend within a row. */
export type SymmetricRows = { readonly starts: Int32Array; readonly columns: Int32Array; readonly counts: Int32Array };

/**
 * Both triangles of the counted pairs among `n` items as rows. `position` renumbers the items; -1 leaves one out.
 * Two passes and no sort: turning a matrix over once puts its columns in order, and a symmetric one stays itself.
 */
export function symmetricRows(pairs: PairCounts, position: Int32Array, n: number): SymmetricRows {
  const starts = new Int32Array(n + 1);
  pairs.forEach((a, b) => {
    const [row, column] = [position[a]!, position[b]!];
    if (row < 0 || column < 0) return;
    starts[row + 1]!++;
    starts[column + 1]!++;
  });
  for (let row = 0; row < n; row++) starts[row + 1]! += starts[row]!;
  const unordered = { columns: new Int32Array(starts[n]!), counts: new Int32Array(starts[n]!) };
  const next = starts.slice(0, n);
  pairs.forEach((a, b, count) => {
    const [row, column] = [position[a]!, position[b]!];
    if (row < 0 || column < 0) return;
    const [here, there] = [next[row]!++, next[column]!++];
    unordered.columns[here] = column;
    unordered.columns[there] = row;
    unordered.counts[here] = count;
    unordered.counts[there] = count;
  });
  const columns = new Int32Array(starts[n]!);
  const counts = new Int32Array(starts[n]!);
  next.set(starts.subarray(0, n));
  for (let row = 0; row < n; row++) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      const place = next[unordered.columns[at]!]!++;
      columns[place] = row;
      counts[place] = unordered.counts[at]!;
    }
  }
  return { starts, columns, counts };
}
