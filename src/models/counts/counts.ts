import type { ItemId, ItemIndex } from "#domain/ids.ts";
import { createPairCounts, type PairCounts } from "#kernels/pair-counts.ts";
import { createPairTable, type PairTable } from "#kernels/pair-table.ts";
import { createIdMap, type IdMap } from "../id-map.ts";
import { type History, inOrder } from "../step.ts";
import { basketsOf } from "./baskets.ts";
import { countDays } from "./count-days.ts";
import { type PersonRows, personRowsOf } from "./person-rows.ts";
import { keptTransitions } from "./transition-kernel.ts";

/**
 * What a shop knows about its items: how many people like each and each two, how near two stand in their histories and
 * which came first, how many orders held each and each two, and how much happened to each on each day. Whole numbers
 * only. Nothing in it is about a person.
 */
export type Counts = {
  readonly ids: IdMap;
  /** Σ strength² per item: the diagonal of G. */
  readonly support: number[];
  /** The diagonals of A and of C. */
  readonly nearDiagonal: number[];
  readonly again: number[];
  /** G, A and C outside their diagonals; see `PairStatistics` for the units. */
  readonly pairs: PairTable;
  readonly basketSupport: number[];
  readonly basketPairs: PairCounts;
  /** Per item: day number → weight. */
  readonly days: Map<number, number>[];
  readonly totals: { people: number; likings: number; baskets: number; steps: number };
  /** Items whose numbers have changed; emptied by whoever has dealt with them. Not kept. */
  readonly touched: Set<number>;
};

/** Counts of nothing, with room for so many pairs. */
export function emptyCounts(pairs = 0, basketPairs = 0): Counts {
  return {
    ids: createIdMap(),
    support: [],
    nearDiagonal: [],
    again: [],
    pairs: createPairTable(pairs),
    basketSupport: [],
    basketPairs: createPairCounts(basketPairs),
    days: [],
    totals: { people: 0, likings: 0, baskets: 0, steps: 0 },
    touched: new Set(),
  };
}

function indexOf(counts: Counts, itemId: ItemId): ItemIndex {
  const index = counts.ids.add(itemId);
  while (counts.support.length <= index) {
    counts.support.push(0);
    counts.nearDiagonal.push(0);
    counts.again.push(0);
    counts.basketSupport.push(0);
    counts.days.push(new Map());
  }
  return index;
}

/**
 * Adds what one person did (`sign` 1), in any order, or takes it away again (`sign` -1): then the counts are, to the
 * bit, those of a shop that never met the person.
 */
export function countPerson(counts: Counts, steps: History, sign: 1 | -1): void {
  const rows = personRowsOf(inOrder(steps), (itemId) => indexOf(counts, itemId));
  for (const item of rows.items) counts.touched.add(item);
  for (const item of rows.stepItems) counts.touched.add(item);
  countLikings(counts, rows, sign);
  countTransitions(counts, rows, sign);
  countBaskets(counts, rows, sign);
  countDays(counts.days, rows, sign);
  counts.totals.people += rows.items.length > 0 ? sign : 0;
  counts.totals.likings += sign * rows.items.length;
  counts.totals.steps += sign * rows.steps;
}

function countLikings({ support, pairs }: Counts, { items, strengths }: PersonRows, sign: 1 | -1): void {
  for (let at = 0; at < items.length; at++) {
    const strength = sign * strengths[at]!;
    support[items[at]!]! += strength * strengths[at]!;
    for (let other = 0; other < at; other++) pairs.add(items[at]!, items[other]!, strength * strengths[other]!, 0, 0, 0);
  }
}

function countTransitions(counts: Counts, rows: PersonRows, sign: 1 | -1): void {
  const { stepItems, stepOccasions, stepWeights } = rows;
  const { window, before, near } = keptTransitions;
  const last = stepOccasions.at(-1) ?? 0;
  for (let at = 0; at < stepItems.length; at++) {
    const [item, weight, occasion] = [stepItems[at]!, sign * stepWeights[at]!, stepOccasions[at]!];
    const rest = Math.min(window, last - occasion);
    for (let earlier = at; earlier >= 0 && occasion - stepOccasions[earlier]! <= window; earlier--) {
      const distance = occasion - stepOccasions[earlier]!;
      const strength = weight * stepWeights[earlier]!;
      const [closeness, order] = [strength * near[distance * (window + 1) + rest]!, strength * before[distance]!];
      if (stepItems[earlier] !== item) counts.pairs.add(stepItems[earlier]!, item, 0, closeness, order, 0);
      else {
        // A step with itself once, with another of the same item in both directions, as Σ s sᵀ has it.
        counts.nearDiagonal[item]! += earlier === at ? closeness : 2 * closeness;
        counts.again[item]! += order;
      }
    }
  }
}

function countBaskets(counts: Counts, rows: PersonRows, sign: 1 | -1): void {
  for (const basket of basketsOf(rows)) {
    for (let at = 0; at < basket.length; at++) {
      counts.basketSupport[basket[at]!]! += sign;
      for (let other = 0; other < at; other++) counts.basketPairs.add(basket[at]!, basket[other]!, sign);
    }
    counts.totals.baskets += sign;
  }
}

/** The counts of all these people. */
export function countsOf(histories: readonly History[]): Counts {
  const counts = emptyCounts();
  for (const history of histories) countPerson(counts, history, 1);
  return counts;
}
