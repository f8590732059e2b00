import { type Arena, withKernels } from "./kernel-pool.ts";
import { type CountRows, transposed } from "./sparse-rows.ts";
import type { SymmetricRows } from "./symmetric-rows.ts";

/** Both triangles by rows, columns ascending, and the diagonal apart. */
export type Cooccurrence = SymmetricRows & { readonly diagonal: Int32Array };

type Options = { readonly threads?: number };

/**
 * `Σ_u x_u·x_uᵀ` of people's rows (people × items, each item once a row; counts ≥ 1): who has both, weighted. Whole
 * numbers, so exact; every sum must stay below 2³¹. Memory in what is not zero; time Σ_u |x_u|².
 */
export function cooccurrence(rows: CountRows, itemCount: number, { threads }: Options = {}): Cooccurrence {
  const diagonal = new Int32Array(itemCount);
  return { ...multiply(rows, itemCount, rows, itemCount, diagonal, threads), diagonal };
}

/**
 * `Sᵀ·T` of two matrices with the same rows (occasions × items; counts ≥ 1): `leftCount` rows over `rightCount` columns,
 * ascending. What was followed by what, when S holds the past of each occasion and T its future. Sums below 2³¹.
 */
export function productOf(left: CountRows, leftCount: number, right: CountRows, rightCount: number, { threads }: Options = {}): CountRows {
  return multiply(left, leftCount, right, rightCount, null, threads);
}

/** Entries of the result that are made at a time, at most (or one row's): 8 bytes each in the arena. */
const slabEntries = 32_000_000;
const rowsAtOnce = 8;

/** Gustavson by row of the result, on all threads; with `diagonal` given, what lies on it goes there. */
function multiply(
  left: CountRows,
  leftCount: number,
  right: CountRows,
  rightCount: number,
  diagonal: Int32Array | null,
  threads: number | undefined,
): CountRows {
  const byItem = transposed(left, leftCount);
  const bounds = boundsOf(byItem, right, rightCount);
  const starts = new Int32Array(leftCount + 1);
  const slabs: { readonly columns: Int32Array; readonly counts: Int32Array }[] = [];
  for (let first = 0; first < leftCount; ) {
    let last = first;
    let entries = 0;
    while (last < leftCount && (last === first || entries + bounds[last]! <= slabEntries)) entries += bounds[last++]!;
    slabs.push(withKernels(threads, (arena) => multiplySlab(arena, byItem, right, rightCount, bounds, first, last, starts, diagonal)));
    first = last;
  }
  for (let row = 0; row < leftCount; row++) starts[row + 1]! += starts[row]!;
  if (slabs.length === 1) return { starts, ...slabs[0]! };
  const [columns, counts] = [new Int32Array(starts[leftCount]!), new Int32Array(starts[leftCount]!)];
  let place = 0;
  for (const slab of slabs) {
    columns.set(slab.columns, place);
    counts.set(slab.counts, place);
    place += slab.columns.length;
  }
  return { starts, columns, counts };
}

/** How long each row of the result can be at most. */
function boundsOf(byItem: CountRows, right: CountRows, rightCount: number): Int32Array {
  const rowCount = byItem.starts.length - 1;
  const bounds = new Int32Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    let bound = 0;
    for (let at = byItem.starts[row]!; at < byItem.starts[row + 1]! && bound < rightCount; at++) {
      const occasion = byItem.columns[at]!;
      bound += right.starts[occasion + 1]! - right.starts[occasion]!;
    }
    bounds[row] = Math.min(bound, rightCount);
  }
  return bounds;
}

/** The rows [first, last) of the result; their lengths go to `starts`, one place on. */
function multiplySlab(
  arena: Arena,
  byItem: CountRows,
  right: CountRows,
  rightCount: number,
  bounds: Int32Array,
  first: number,
  last: number,
  starts: Int32Array,
  diagonal: Int32Array | null,
) {
  const rowCount = last - first;
  const places = new Int32Array(rowCount + 1);
  for (let row = 0; row < rowCount; row++) places[row + 1] = places[row]! + bounds[first + row]!;
  const from = byItem.starts[first]!;
  const until = byItem.starts[last]!;
  const bitWords = Math.ceil(rightCount / 64);
  const summaryWords = Math.ceil(bitWords / 64);
  const touched = Math.ceil(rightCount / 16) * 64;
  const summary = touched + Math.ceil(bitWords / 8) * 64;
  const scratchBytes = summary + Math.ceil(summaryWords / 8) * 64;
  const scratch = arena.reserve(scratchBytes * arena.threads);
  arena.ints(scratch, (scratchBytes * arena.threads) / 4).fill(0);
  const lengths = arena.reserve(rowCount * 4);
  const outColumns = arena.reserve(places[rowCount]! * 4);
  const outCounts = arena.reserve(places[rowCount]! * 4);
  const onDiagonal = diagonal === null ? 0 : arena.reserve(diagonal.byteLength);
  if (diagonal !== null) arena.ints(onDiagonal, diagonal.length).fill(0);
  arena.run("productRows", rowCount, rowsAtOnce, [
    arena.place(byItem.starts.slice(first, last + 1).map((place) => place - from)),
    arena.place(byItem.columns.subarray(from, until)),
    arena.place(byItem.counts.subarray(from, until)),
    arena.place(right.starts),
    arena.place(right.columns),
    arena.place(right.counts),
    arena.place(places),
    lengths,
    outColumns,
    outCounts,
    onDiagonal,
    scratch,
    scratchBytes,
    touched,
    summary,
    summaryWords,
    first,
  ]);
  starts.set(arena.ints(lengths, rowCount), first + 1);
  if (diagonal !== null) diagonal.set(arena.ints(onDiagonal, diagonal.length).subarray(first, last), first);
  return closeGaps(arena, outColumns, outCounts, places, starts.subarray(first + 1, last + 1));
}

/** The rows out of the arena, one behind the other. */
function closeGaps(arena: Arena, outColumns: number, outCounts: number, places: Int32Array, lengths: Int32Array) {
  let total = 0;
  for (const length of lengths) total += length;
  const [columns, counts] = [new Int32Array(total), new Int32Array(total)];
  const [fromColumns, fromCounts] = [arena.ints(outColumns, places.at(-1)!), arena.ints(outCounts, places.at(-1)!)];
  let place = 0;
  for (const [row, length] of lengths.entries()) {
    columns.set(fromColumns.subarray(places[row]!, places[row]! + length), place);
    counts.set(fromCounts.subarray(places[row]!, places[row]! + length), place);
    place += length;
  }
  return { columns, counts };
}
