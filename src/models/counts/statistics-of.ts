import type { Numbers, PairStatistics } from "./pair-statistics.ts";
import type { PeriodCounts } from "./period-counts.ts";

/** Counts of one period and what they weigh. */
export type WeighedCounts = PeriodCounts & { readonly weight: number };

/** Weighed or not, sums of the same counts in the same order are the same bits; whole where no weight is a fraction. */
function numbersFor(periods: readonly WeighedCounts[], size: number): Numbers {
  return periods.every(({ weight }) => weight === 1) ? new Int32Array(size) : new Float64Array(size);
}

/**
 * The kept counts as sparse rows over the items of `kept` (indices into the counts, renumbered in that order; `size`
 * indices there are). Two passes and no sort: turning a matrix with a symmetric pattern over once puts its columns in
 * order. What was counted of a pair in several periods comes out side by side, and is added up then.
 */
export function statisticsOf(periods: readonly WeighedCounts[], kept: readonly number[], size: number): PairStatistics {
  const n = kept.length;
  const position = new Int32Array(size).fill(-1);
  for (const [index, item] of kept.entries()) if (item >= 0) position[item] = index;
  const starts = new Int32Array(n + 1);
  for (const { pairs } of periods) {
    pairs.forEach((low, high) => {
      const [a, b] = [position[low]!, position[high]!];
      if (a < 0 || b < 0) return;
      starts[a + 1]!++;
      starts[b + 1]!++;
    });
  }
  for (let row = 0; row < n; row++) starts[row + 1]! += starts[row]!;
  const entries = starts[n]!;
  const room = () => ({
    columns: new Int32Array(entries),
    both: numbersFor(periods, entries),
    near: numbersFor(periods, entries),
    before: numbersFor(periods, entries),
  });
  const [loose, rows] = [room(), room()];
  const next = starts.slice(0, n);
  for (const { pairs, weight } of periods) {
    pairs.forEach((low, high, both, near, lowFirst, highFirst) => {
      const [a, b] = [position[low]!, position[high]!];
      if (a < 0 || b < 0) return;
      const [here, there] = [next[a]!++, next[b]!++];
      // Written at the other's row: the turning below brings it home.
      put(loose, here, b, weight * both, weight * near, weight * lowFirst);
      put(loose, there, a, weight * both, weight * near, weight * highFirst);
    });
  }
  next.set(starts.subarray(0, n));
  for (let row = 0; row < n; row++) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++)
      put(rows, next[loose.columns[at]!]!++, row, loose.both[at]!, loose.near[at]!, loose.before[at]!);
  }
  return { ...(periods.length > 1 ? addedUp(starts, rows) : { starts, ...rows }), ...diagonalsOf(periods, kept, size) };
}

/** What is counted of each item of `kept` with itself. */
export function diagonalsOf(
  periods: readonly WeighedCounts[],
  kept: readonly number[],
  size: number,
): Pick<PairStatistics, "support" | "nearDiagonal" | "again"> {
  const position = new Int32Array(size).fill(-1);
  for (const [index, item] of kept.entries()) if (item >= 0) position[item] = index;
  const room = () => numbersFor(periods, kept.length);
  const [support, nearDiagonal, again] = [room(), room(), room()];
  for (const { own, weight } of periods) {
    own.forEach((item, both, near, taken) => {
      const index = position[item]!;
      if (index < 0) return;
      support[index]! += weight * both;
      nearDiagonal[index]! += weight * near;
      again[index]! += weight * taken;
    });
  }
  return { support, nearDiagonal, again };
}

type Rows = { columns: Int32Array; both: Numbers; near: Numbers; before: Numbers };

function put(rows: Rows, at: number, column: number, both: number, near: number, before: number): void {
  rows.columns[at] = column;
  rows.both[at] = both;
  rows.near[at] = near;
  rows.before[at] = before;
}

/** Equal columns of a row, which stand side by side, as one; in place. */
function addedUp(starts: Int32Array, rows: Rows): Rows & { readonly starts: Int32Array } {
  const { columns, both, near, before } = rows;
  const startsNow = new Int32Array(starts.length);
  let filled = 0;
  for (let row = 0; row < starts.length - 1; row++) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      if (filled > startsNow[row]! && columns[filled - 1] === columns[at]) {
        both[filled - 1]! += both[at]!;
        near[filled - 1]! += near[at]!;
        before[filled - 1]! += before[at]!;
      } else put(rows, filled++, columns[at]!, both[at]!, near[at]!, before[at]!);
    }
    startsNow[row + 1] = filled;
  }
  return {
    starts: startsNow,
    columns: columns.subarray(0, filled),
    both: both.subarray(0, filled),
    near: near.subarray(0, filled),
    before: before.subarray(0, filled),
  };
}
