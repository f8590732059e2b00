import type { ItemId, ItemIndex } from "#domain/ids.ts";
import { createPairCounts, type PairCounts } from "#kernels/pair-counts.ts";
import { createIdMap, type IdMap } from "../id-map.ts";
import { type History, inOrder } from "../step.ts";
import { basketsOf } from "./baskets.ts";
import { countDays } from "./count-days.ts";
import { countTransitions } from "./count-transitions.ts";
import { countsOfPeriod, type PeriodCounts, type Periods } from "./period-counts.ts";
import { type PersonRows, personRowsOf } from "./person-rows.ts";

/**
 * What a shop knows about its items: how many people like each and each two, how near two stand in their histories and
 * which came first, how many orders held each and each two, and how much happened to each on each day. Whole numbers
 * only. Nothing in it is about a person.
 */
export type Counts = {
  readonly ids: IdMap;
  /** Σ strength² per item, whenever it was: the diagonal of G if nothing fades. */
  readonly support: number[];
  /** G, A and C by period. */
  readonly periods: Periods;
  readonly basketSupport: number[];
  readonly basketPairs: PairCounts;
  /** Per item: day number → weight. */
  readonly days: Map<number, number>[];
  readonly totals: { people: number; likings: number; baskets: number; steps: number };
  /** Items whose numbers have changed; emptied by whoever has dealt with them. Not kept. */
  readonly touched: Set<number>;
};

/** Counts of nothing, with room for so many pairs of one order. */
export function emptyCounts(basketPairs = 0): Counts {
  return {
    ids: createIdMap(),
    support: [],
    periods: new Map(),
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
  countTransitions(counts.periods, rows, sign);
  countBaskets(counts, rows, sign);
  countDays(counts.days, rows, sign);
  counts.totals.people += rows.items.length > 0 ? sign : 0;
  counts.totals.likings += sign * rows.items.length;
  counts.totals.steps += sign * rows.steps;
}

/** Items are in order of their last step, so are their periods: a pair belongs to that of the first. */
function countLikings({ support, periods }: Counts, { items, strengths, itemPeriods }: PersonRows, sign: 1 | -1): void {
  let [period, into] = [Number.NaN, undefined as PeriodCounts | undefined];
  for (let earlier = 0; earlier < items.length; earlier++) {
    const [item, strength] = [items[earlier]!, sign * strengths[earlier]!];
    if (into === undefined || itemPeriods[earlier] !== period) {
      period = itemPeriods[earlier]!;
      into = countsOfPeriod(periods, period);
    }
    const { pairs, own } = into;
    support[item]! += strength * strengths[earlier]!;
    own.add(item, strength * strengths[earlier]!, 0, 0);
    for (let at = earlier + 1; at < items.length; at++) pairs.add(items[at]!, item, strength * strengths[at]!, 0, 0, 0);
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
