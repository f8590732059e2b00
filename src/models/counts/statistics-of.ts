import type { Counts } from "./counts.ts";
import type { PairStatistics } from "./pair-statistics.ts";

/**
 * The kept counts as sparse rows over the items of `kept` (indices into the counts, renumbered in that order). Two
 * passes and no sort: turning a matrix with a symmetric pattern over once puts its columns in order.
 */
export function statisticsOf(counts: Counts, kept: readonly number[]): PairStatistics {
  const n = kept.length;
  const position = new Int32Array(counts.support.length).fill(-1);
  for (const [index, item] of kept.entries()) position[item] = index;
  const starts = new Int32Array(n + 1);
  counts.pairs.forEach((low, high) => {
    const [a, b] = [position[low]!, position[high]!];
    if (a < 0 || b < 0) return;
    starts[a + 1]!++;
    starts[b + 1]!++;
  });
  for (let row = 0; row < n; row++) starts[row + 1]! += starts[row]!;
  const size = starts[n]!;
  const loose = { columns: new Int32Array(size), both: new Int32Array(size), near: new Int32Array(size), before: new Int32Array(size) };
  const rows = { columns: new Int32Array(size), both: new Int32Array(size), near: new Int32Array(size), before: new Int32Array(size) };
  const next = starts.slice(0, n);
  counts.pairs.forEach((low, high, both, near, lowFirst, highFirst) => {
    const [a, b] = [position[low]!, position[high]!];
    if (a < 0 || b < 0) return;
    const [here, there] = [next[a]!++, next[b]!++];
    // Written at the other's row: the turning below brings it home.
    put(loose, here, b, both, near, lowFirst);
    put(loose, there, a, both, near, highFirst);
  });
  next.set(starts.subarray(0, n));
  for (let row = 0; row < n; row++) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++)
      put(rows, next[loose.columns[at]!]!++, row, loose.both[at]!, loose.near[at]!, loose.before[at]!);
  }
  return { starts, ...rows, ...diagonalsOf(counts, kept) };
}

/** What is counted of each item of `kept` with itself. */
export function diagonalsOf(counts: Counts, kept: readonly number[]): Pick<PairStatistics, "support" | "nearDiagonal" | "again"> {
  return {
    support: Int32Array.from(kept, (item) => counts.support[item]!),
    nearDiagonal: Int32Array.from(kept, (item) => counts.nearDiagonal[item]!),
    again: Int32Array.from(kept, (item) => counts.again[item]!),
  };
}

type Rows = { columns: Int32Array; both: Int32Array; near: Int32Array; before: Int32Array };

function put(rows: Rows, at: number, column: number, both: number, near: number, before: number): void {
  rows.columns[at] = column;
  rows.both[at] = both;
  rows.near[at] = near;
  rows.before[at] = before;
}
