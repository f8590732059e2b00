import { periodOf } from "./fading.ts";
import { countsOfPeriod, type PeriodCounts, type Periods } from "./period-counts.ts";
import type { PersonRows } from "./person-rows.ts";
import { keptTransitions } from "./transition-kernel.ts";

const { window, before, near } = keptTransitions;

/** Two steps that stand near each other: how near, and by how much the first is before the second. `same`: they are one. */
type Visit = (earlier: number, later: number, closeness: number, order: number, same: boolean) => void;

/**
 * Adds what stands near what in one person's history, and which came first, or (`sign` -1) takes it away again. A pair is filed
 * under the period of its earlier step.
 */
export function countTransitions(periods: Periods, rows: PersonRows, sign: 1 | -1): void {
  const stepPeriods = Int32Array.from(rows.stepTimes, periodOf);
  for (let start = 0, end = 0; start < stepPeriods.length; start = end) {
    while (end < stepPeriods.length && stepPeriods[end] === stepPeriods[start]) end++;
    const into = countsOfPeriod(periods, stepPeriods[start]!);
    const [pairs, last] = reachOf(rows, start, end);
    const items = [...new Set(rows.stepItems.subarray(start, last))];
    // Where most pairs come again and again (much was done in one go), they are added up beside the table and put into it once.
    if (pairs > 2 * items.length ** 2) countInSquare(into, rows, start, end, sign, items);
    else
      eachPair(rows, start, end, sign, (earlier, later, closeness, order, same) => {
        const [item, other] = [rows.stepItems[earlier]!, rows.stepItems[later]!];
        if (item !== other) into.pairs.add(item, other, 0, closeness, order, 0);
        // A step with itself once, with another of the same item in both directions, as Σ s sᵀ has it.
        else into.own.add(item, 0, same ? closeness : 2 * closeness, order);
      });
  }
}

/** How many pairs the steps from `start` to `end` are the earlier part of, and where the last of the later ones ends. */
function reachOf({ stepOccasions }: PersonRows, start: number, end: number): readonly [pairs: number, last: number] {
  let [pairs, last] = [0, start];
  for (let earlier = start; earlier < end; earlier++) {
    while (last < stepOccasions.length && stepOccasions[last]! - stepOccasions[earlier]! <= window) last++;
    pairs += last - earlier;
  }
  return [pairs, last];
}

function eachPair({ stepOccasions, stepWeights }: PersonRows, start: number, end: number, sign: 1 | -1, visit: Visit): void {
  const last = stepOccasions.at(-1)!;
  for (let earlier = start; earlier < end; earlier++) {
    const [occasion, weight] = [stepOccasions[earlier]!, sign * stepWeights[earlier]!];
    for (let later = earlier; later < stepOccasions.length; later++) {
      const distance = stepOccasions[later]! - occasion;
      if (distance > window) break;
      const strength = weight * stepWeights[later]!;
      const rest = Math.min(window, last - stepOccasions[later]!);
      visit(earlier, later, strength * near[distance * (window + 1) + rest]!, strength * before[distance]!, later === earlier);
    }
  }
}

/** A square of all `items` in reach; whole numbers, so that the order of adding makes no difference. */
function countInSquare(into: PeriodCounts, rows: PersonRows, start: number, end: number, sign: 1 | -1, items: readonly number[]): void {
  const size = items.length;
  const placeOf = new Map(items.map((item, place) => [item, place]));
  const places = Int32Array.from(rows.stepItems, (item) => placeOf.get(item) ?? -1);
  const [closenesses, orders] = [new Int32Array(size * size), new Int32Array(size * size)];
  eachPair(rows, start, end, sign, (earlier, later, closeness, order, same) => {
    const [place, other] = [places[earlier]!, places[later]!];
    const cell = place * size + other;
    closenesses[cell]! += place === other && !same ? 2 * closeness : closeness;
    orders[cell]! += order;
  });
  for (let a = 0; a < size; a++) {
    const own = a * size + a;
    into.own.add(items[a]!, 0, closenesses[own]!, orders[own]!);
    for (let b = a + 1; b < size; b++) {
      const [one, other] = [a * size + b, b * size + a];
      const closeness = closenesses[one]! + closenesses[other]!;
      if (closeness === 0 && orders[one] === 0 && orders[other] === 0) continue;
      into.pairs.add(items[a]!, items[b]!, 0, closeness, orders[one]!, orders[other]!);
    }
  }
}
