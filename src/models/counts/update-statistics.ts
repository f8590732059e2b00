import type { Numbers, PairStatistics } from "./pair-statistics.ts";

/** Calls back for each pair that is counted, in no particular order. */
export type EachPair = (visit: (a: number, b: number, both: number, near: number, aFirst: number, bFirst: number) => void) => void;

export type StatisticsThen = {
  readonly pairs: PairStatistics;
  /** Old place → place now, ascending; −1 where the item is gone. */
  readonly placeNow: Int32Array;
};

/** Entry e of a row that has to be written anew: a column and what is counted. */
type Entry = { readonly column: number; readonly both: number; readonly near: number; readonly before: number };

/**
 * The statistics of before with what has changed: a pair changes only when both of its items are touched, and one whose
 * item is new comes in. One pass over the rows in their order, where making them from the counts goes to and fro in
 * memory for each pair. `touched`: by place now; pairs that `eachPair` gives are places now; the diagonals come whole.
 */
export function updateStatistics(
  { pairs, placeNow }: StatisticsThen,
  touched: Uint8Array,
  eachPair: EachPair,
  diagonals: Pick<PairStatistics, "support" | "nearDiagonal" | "again">,
): PairStatistics {
  const size = touched.length;
  const placeThen = new Int32Array(size).fill(-1);
  for (let then = 0; then < placeNow.length; then++) if (placeNow[then]! >= 0) placeThen[placeNow[then]!] = then;
  const fresh = new Map<number, Entry[]>();
  let freshEntries = 0;
  const put = (row: number, entry: Entry) => {
    const entries = fresh.get(row);
    if (entries === undefined) fresh.set(row, [entry]);
    else entries.push(entry);
    freshEntries++;
  };
  eachPair((a, b, both, near, aFirst, bFirst) => {
    if ((touched[a]! & touched[b]!) === 0 && placeThen[a]! >= 0 && placeThen[b]! >= 0) return;
    put(a, { column: b, both, near, before: bFirst });
    put(b, { column: a, both, near, before: aFirst });
  });
  const room = pairs.columns.length + freshEntries;
  const numbers = (): Numbers => (diagonals.support instanceof Int32Array ? new Int32Array(room) : new Float64Array(room));
  const rows = { columns: new Int32Array(room), both: numbers(), near: numbers(), before: numbers() };
  const starts = new Int32Array(size + 1);
  let filled = 0;
  const write = (column: number, both: number, near: number, before: number) => {
    rows.columns[filled] = column;
    rows.both[filled] = both;
    rows.near[filled] = near;
    rows.before[filled++] = before;
  };
  const gone = placeNow.includes(-1);
  const moved = gone || placeNow.length !== size;
  for (let row = 0; row < size; row++) {
    const entries = addedUp(fresh.get(row) ?? []);
    const then = placeThen[row]!;
    if (!gone && touched[row] === 0 && entries.length === 0 && then >= 0) {
      copyRow(then);
      starts[row + 1] = filled;
      continue;
    }
    let next = 0;
    for (let at = then < 0 ? 0 : pairs.starts[then]!; then >= 0 && at < pairs.starts[then + 1]!; at++) {
      const column = placeNow[pairs.columns[at]!]!;
      if (column < 0 || (touched[row]! & touched[column]!) === 1) continue;
      for (; next < entries.length && entries[next]!.column < column; next++) writeEntry(entries[next]!);
      write(column, pairs.both[at]!, pairs.near[at]!, pairs.before[at]!);
    }
    for (; next < entries.length; next++) writeEntry(entries[next]!);
    starts[row + 1] = filled;
  }
  /** Nothing in it has changed but, perhaps, the places of its columns. */
  function copyRow(then: number): void {
    const [start, end] = [pairs.starts[then]!, pairs.starts[then + 1]!];
    for (let at = start, to = filled; at < end; at++, to++) {
      rows.columns[to] = moved ? placeNow[pairs.columns[at]!]! : pairs.columns[at]!;
      rows.both[to] = pairs.both[at]!;
      rows.near[to] = pairs.near[at]!;
      rows.before[to] = pairs.before[at]!;
    }
    filled += end - start;
  }
  function writeEntry({ column, both, near, before }: Entry): void {
    write(column, both, near, before);
  }
  const { columns, both, near, before } = rows;
  const cut = (some: Numbers) => some.subarray(0, filled);
  return { starts, columns: columns.subarray(0, filled), both: cut(both), near: cut(near), before: cut(before), ...diagonals };
}

/** By column, those of one column (of several periods) as one: added in the order in which they came. */
function addedUp(entries: readonly Entry[]): readonly Entry[] {
  const sums: Entry[] = [];
  for (const entry of entries.toSorted((a, b) => a.column - b.column)) {
    const last = sums.at(-1);
    if (last?.column !== entry.column) sums.push(entry);
    else sums[sums.length - 1] = { ...last, both: last.both + entry.both, near: last.near + entry.near, before: last.before + entry.before };
  }
  return sums;
}
