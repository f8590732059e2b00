import type { ItemId, ItemIndex } from "#domain/ids.ts";
import { createPairCounts, type PairCounts } from "#kernels/pair-counts.ts";
import { createIdMap, type IdMap } from "../id-map.ts";
import type { History } from "../step.ts";
import { type Contribution, contributionOf } from "./contribution.ts";

/**
 * What a shop knows about its items: how many people like each and each two, how many orders held each and each two,
 * and how much happened to each on each day. Whole numbers only. Nothing in it is about a person.
 */
export type Counts = {
  readonly ids: IdMap;
  /** Σ strength² per item: the diagonal of G. */
  readonly support: number[];
  /** Σ strength·strength per pair: G outside its diagonal. */
  readonly pairs: PairCounts;
  readonly basketSupport: number[];
  readonly basketPairs: PairCounts;
  /** Per item: day number → weight. */
  readonly days: Map<number, number>[];
  readonly totals: { people: number; baskets: number; steps: number };
};

/** Counts of nothing, with room for so many pairs. */
export function emptyCounts(pairs = 0, basketPairs = 0): Counts {
  return {
    ids: createIdMap(),
    support: [],
    pairs: createPairCounts(pairs),
    basketSupport: [],
    basketPairs: createPairCounts(basketPairs),
    days: [],
    totals: { people: 0, baskets: 0, steps: 0 },
  };
}

function indexOf(counts: Counts, itemId: ItemId): ItemIndex {
  const index = counts.ids.add(itemId);
  while (counts.support.length <= index) {
    counts.support.push(0);
    counts.basketSupport.push(0);
    counts.days.push(new Map());
  }
  return index;
}

/** Adds one person's contribution (`sign` 1) or takes it away again (`sign` -1). */
export function applyContribution(counts: Counts, contribution: Contribution, sign: 1 | -1): void {
  const items = [...contribution.items].map(([itemId, strength]) => ({ index: indexOf(counts, itemId), strength }));
  for (const [position, { index, strength }] of items.entries()) {
    counts.support[index]! += sign * strength * strength;
    for (let other = 0; other < position; other++) counts.pairs.add(index, items[other]!.index, sign * strength * items[other]!.strength);
  }
  for (const basket of contribution.baskets) {
    const indices = basket.map((itemId) => indexOf(counts, itemId));
    for (const [position, index] of indices.entries()) {
      counts.basketSupport[index]! += sign;
      for (let other = 0; other < position; other++) counts.basketPairs.add(index, indices[other]!, sign);
    }
  }
  for (const { itemId, day, weight } of contribution.days) {
    const days = counts.days[indexOf(counts, itemId)]!;
    const sum = (days.get(day) ?? 0) + sign * weight;
    if (sum === 0) days.delete(day);
    else days.set(day, sum);
  }
  counts.totals.people += contribution.items.size > 0 ? sign : 0;
  counts.totals.baskets += sign * contribution.baskets.length;
  counts.totals.steps += sign * contribution.steps;
}

/** The counts of all these people. */
export function countsOf(histories: readonly History[]): Counts {
  const counts = emptyCounts();
  for (const history of histories) applyContribution(counts, contributionOf(history), 1);
  return counts;
}

/** The first and the last day on which anything happened; null when nothing did. */
export function daySpan(counts: Counts): { first: number; last: number } | null {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const days of counts.days) {
    for (const day of days.keys()) {
      first = Math.min(first, day);
      last = Math.max(last, day);
    }
  }
  return first <= last ? { first, last } : null;
}
