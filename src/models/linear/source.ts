import { fullWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import { symmetricRows } from "#kernels/symmetric-rows.ts";
import { basketsOf } from "../counts/baskets.ts";
import { countDays } from "../counts/count-days.ts";
import { countPairs } from "../counts/count-pairs.ts";
import type { Counts } from "../counts/counts.ts";
import type { PairStatistics } from "../counts/pair-statistics.ts";
import { type PersonRows, personRowsOf } from "../counts/person-rows.ts";
import { statisticsOf } from "../counts/statistics-of.ts";
import { createTransitionKernel, transitionWindow } from "../counts/transition-kernel.ts";
import { createIdMap, type IdMap } from "../id-map.ts";
import type { History } from "../step.ts";
import type { LinearParams } from "./linear-params.ts";

/** What a linear model is solved from: its items in order of id, and what is counted of them. */
export type LinearSource = {
  readonly ids: IdMap;
  readonly pairs: PairStatistics;
  /** Per item: day number → weight. */
  readonly days: readonly ReadonlyMap<number, number>[];
  readonly counts: Readonly<Record<string, number>>;
};

/** Where the numbers come from: people's histories all at once, or the counts that were kept. */
export type SourceReader = {
  /** People, or orders: whose agreement the ridge is measured in. */
  populationOf(counts: Counts): number;
  ofHistories(histories: readonly History[], described: readonly ItemId[], params: LinearParams): LinearSource;
  ofCounts(counts: Counts, described: readonly ItemId[], params: LinearParams): LinearSource;
};

const gramUnit = fullWeight * fullWeight;

/** The items that stay: with enough support, or described; in order of id. */
function keep(
  ids: IdMap,
  support: ArrayLike<number>,
  described: readonly ItemId[],
  least: number,
): { ids: IdMap; kept: number[]; position: Int32Array } {
  for (const itemId of described) ids.add(itemId);
  const isDescribed = new Uint8Array(ids.size());
  for (const itemId of described) isDescribed[ids.indexOf(itemId)!] = 1;
  const kept = [...ids.ids().keys()].filter((item) => isDescribed[item] === 1 || (support[item] ?? 0) >= Math.max(1, least * gramUnit));
  kept.sort((a, b) => (ids.idOf(a) < ids.idOf(b) ? -1 : 1));
  const position = new Int32Array(ids.size()).fill(-1);
  for (const [place, item] of kept.entries()) position[item] = place;
  return { ids: createIdMap(kept.map((item) => ids.idOf(item))), kept, position };
}

/** The rows with items renumbered; what has no new number is left out. */
function renumbered(rows: PersonRows, position: Int32Array): PersonRows {
  const liked = [...rows.items.keys()].filter((at) => position[rows.items[at]!]! >= 0);
  const taken = [...rows.stepItems.keys()].filter((at) => position[rows.stepItems[at]!]! >= 0);
  return {
    items: Int32Array.from(liked, (at) => position[rows.items[at]!]!),
    strengths: Uint8Array.from(liked, (at) => rows.strengths[at]!),
    stepItems: Int32Array.from(taken, (at) => position[rows.stepItems[at]!]!),
    stepOccasions: Int32Array.from(taken, (at) => rows.stepOccasions[at]!),
    stepWeights: Uint8Array.from(taken, (at) => rows.stepWeights[at]!),
    stepTimes: Float64Array.from(taken, (at) => rows.stepTimes[at]!),
    stepBaskets: Int32Array.from(taken, (at) => rows.stepBaskets[at]!),
    steps: rows.steps,
  };
}

function readHistories(histories: readonly History[], described: readonly ItemId[], minSupport: number) {
  const met = createIdMap();
  const all = histories.map((steps) => personRowsOf(steps, (itemId) => met.add(itemId)));
  const support = new Int32Array(met.size());
  for (const { items, strengths } of all) for (let at = 0; at < items.length; at++) support[items[at]!]! += strengths[at]! ** 2;
  const { ids, position } = keep(met, support, described, minSupport);
  const people = all.map((rows) => renumbered(rows, position));
  const days = ids.ids().map(() => new Map<number, number>());
  for (const rows of people) countDays(days, rows, 1);
  const steps = all.reduce((sum, rows) => sum + rows.steps, 0);
  return { ids, people, days, counts: { people: all.filter(({ items }) => items.length > 0).length, steps } };
}

/** Every order as if it were a person with nothing else. */
function ordersOf(people: readonly PersonRows[]): PersonRows[] {
  return people.flatMap((rows) =>
    basketsOf(rows).map((basket): PersonRows => {
      const none = new Int32Array(0);
      const strengths = new Uint8Array(basket.length).fill(fullWeight);
      return { ...rows, items: Int32Array.from(basket), strengths, stepItems: none, stepOccasions: none, stepWeights: new Uint8Array(0) };
    }),
  );
}

/** Who has both, and what comes after what. */
export const peopleSource: SourceReader = {
  populationOf: ({ totals }) => totals.people,
  ofHistories(histories, described, { minSupport, transitionDecay }) {
    const { people, ...rest } = readHistories(histories, described, minSupport);
    return { ...rest, pairs: countPairs(people, rest.ids.size(), createTransitionKernel(transitionDecay, transitionWindow)) };
  },
  ofCounts(counts, described, { minSupport }) {
    const { ids, kept } = keep(createIdMap(counts.ids.ids()), counts.support, described, minSupport);
    return { ids, pairs: statisticsOf(counts, kept), days: kept.map((item) => counts.days[item] ?? new Map()), counts: counts.totals };
  },
};

/** What is in one order. */
export const ordersSource: SourceReader = {
  populationOf: ({ totals }) => totals.baskets,
  ofHistories(histories, _described, { minSupport }) {
    const { ids, people, days, counts } = readHistories(histories, [], minSupport);
    const orders = ordersOf(people);
    return { ids, days, pairs: countPairs(orders, ids.size(), createTransitionKernel(1, 0)), counts: { ...counts, baskets: orders.length } };
  },
  ofCounts(counts, _described, { minSupport }) {
    const support = counts.basketSupport.map((baskets) => baskets * gramUnit);
    const { ids, kept, position } = keep(createIdMap(counts.ids.ids()), support, [], minSupport);
    const { starts, columns, counts: both } = symmetricRows(counts.basketPairs, position, kept.length);
    const none = new Int32Array(columns.length);
    const nowhere = new Int32Array(kept.length);
    const pairs = {
      starts,
      columns,
      both: both.map((baskets) => baskets * gramUnit),
      near: none,
      before: none,
      support: Int32Array.from(kept, (item) => support[item]!),
      nearDiagonal: nowhere,
      again: nowhere,
    };
    return { ids, pairs, days: kept.map((item) => counts.days[item]!), counts: counts.totals };
  },
};
