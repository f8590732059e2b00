import type { ContentRows } from "#kernels/solve-rows.ts";
import type { DescribedTargets } from "./alike-items.ts";
import type { Regression } from "./combine.ts";
import { inverseLengths, sharedContent } from "./neighbourhoods.ts";
import type { SolvedTargets } from "./solve-targets.ts";

/** What was solved before, and what has become of its items. */
export type Before = {
  readonly solved: SolvedTargets;
  /** Old place → place now, −1 where the item is gone. */
  readonly placeNow: Int32Array;
  /** By old place: 1 where the item's own numbers have changed. */
  readonly touchedThen: Uint8Array;
};

/** Closeness computed twice may differ in its last bit; solving a target too many is no mistake. */
const slack = 1e-9;

/**
 * The targets, ascending, whose solution may differ from the one before. A target's system is made of its own row, of
 * its neighbours' rows and of who its neighbours are. So it is solved again when it is new or touched, when one of its
 * neighbours was touched or is gone, and when an item that was touched is now as close as its weakest neighbour, or
 * is described like it. `touchedNow`: by place now, 1 where the item's numbers have changed.
 */
export function dirtyTargets(
  regression: Regression,
  content: ContentRows | null,
  described: DescribedTargets | null,
  { solved, placeNow, touchedThen }: Before,
  touchedNow: Uint8Array,
): Int32Array {
  const size = touchedNow.length;
  const dirty = new Uint8Array(size).fill(1);
  const thenOf = new Int32Array(size).fill(-1);
  for (let old = 0; old < placeNow.length; old++) {
    const now = placeNow[old]!;
    if (now < 0) continue;
    thenOf[now] = old;
    dirty[now] = touchedNow[now]! | touchedThen[old]!;
    for (let at = solved.starts[old]!; dirty[now] === 0 && at < solved.starts[old + 1]!; at++) dirty[now] = touchedThen[solved.items[at]!]!;
  }
  if (described !== null) {
    const clean = Int32Array.from(dirty.keys()).filter((target) => dirty[target] === 0);
    const reached = described.reachedFrom(touchedNow, clean);
    for (let index = 0; index < clean.length; index++) dirty[clean[index]!] = reached[index]!;
  }
  const { matrix, rhs } = regression;
  const lengths = inverseLengths(regression, content);
  for (let item = 0; item < size; item++) {
    if (touchedNow[item] === 0) continue;
    for (let at = matrix.starts[item]!; at < matrix.starts[item + 1]!; at++) {
      const target = matrix.columns[at]!;
      if (dirty[target] === 1) continue;
      const weakest = solved.weakest[thenOf[target]!]!;
      const wanted = rhs[placeIn(matrix, target, item)]! + (content === null ? 0 : sharedContent(content, target, item));
      const closeness = wanted * lengths[item]!;
      if (closeness >= weakest - slack * Math.abs(weakest)) dirty[target] = 1;
    }
  }
  return Int32Array.from(dirty.keys()).filter((target) => dirty[target] === 1);
}

/** Where in a row its column stands; the pattern is symmetric, so it does. */
function placeIn({ starts, columns }: Regression["matrix"], row: number, column: number): number {
  let [low, high] = [starts[row]!, starts[row + 1]! - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (columns[middle]! < column) low = middle + 1;
    else high = middle;
  }
  return low;
}
