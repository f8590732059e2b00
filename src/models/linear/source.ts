import { fullWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import { symmetricRows } from "#kernels/symmetric-rows.ts";
import { basketsOf } from "../counts/baskets.ts";
import { countDays } from "../counts/count-days.ts";
import { countPairs } from "../counts/count-pairs.ts";
import type { Counts } from "../counts/counts.ts";
import { fadingOf } from "../counts/fading.ts";
import type { PairStatistics } from "../counts/pair-statistics.ts";
import { livePeriods } from "../counts/period-counts.ts";
import { type PersonRows, personRowsOf } from "../counts/person-rows.ts";
import { diagonalsOf, statisticsOf, type WeighedCounts } from "../counts/statistics-of.ts";
import { createTransitionKernel, transitionWindow } from "../counts/transition-kernel.ts";
import { type EachPair, updateStatistics } from "../counts/update-statistics.ts";
import { createIdMap, type IdMap } from "../id-map.ts";
import type { History } from "../step.ts";
import { marks, placesAfter } from "./carried-rows.ts";
import type { LinearParams } from "./linear-params.ts";

/** What a linear model is solved from: its items in order of id, and what is counted of them. */
export type LinearSource = {
  readonly ids: IdMap;
  readonly pairs: PairStatistics;
  /** Per item: day number → weight. */
  readonly days: readonly ReadonlyMap<number, number>[];
  readonly counts: Readonly<Record<string, number>>;
  /** What one person's liking of two items adds to G in this shop: see `unitOf`. */
  readonly unit: number;
  /** The latest period in which anything happened, from which the others fade. */
  readonly latest: number;
};

/** What was read of the same counts earlier, with the same parameters and description, and the items that have changed since. */
export type SourceBefore = { readonly source: LinearSource; readonly touched: ReadonlySet<ItemId> };

/** Where the numbers come from: people's histories all at once, or the counts that were kept. */
export type SourceReader = {
  ofHistories(histories: readonly History[], described: readonly ItemId[], params: LinearParams): LinearSource;
  /** `before` saves work and changes nothing. */
  ofCounts(counts: Counts, described: readonly ItemId[], params: LinearParams, before?: SourceBefore | null): LinearSource;
};

const gramUnit = fullWeight * fullWeight;

/**
 * The mean squared strength of a liking, 25 where all are purchases, 9 where all are looks: what the ridge is measured in.
 * Where people only look, looks must not count as a third of nothing. In steps of √2, so that it changes rarely: with it
 * every weight does.
 */
function unitOf(squaredStrengths: number, likings: number): number {
  if (!(likings > 0 && squaredStrengths > 0)) return gramUnit;
  return gramUnit / 2 ** (Math.round(2 * Math.log2((gramUnit * likings) / squaredStrengths)) / 2);
}

const sumOf = (numbers: readonly number[] | Int32Array): number => {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
};

/** Items that stay: with enough support, or described; in order of id. */
function keep(ids: IdMap, support: ArrayLike<number>, described: readonly ItemId[], least: number, before: SourceBefore | null = null): IdMap {
  const isDescribed = new Set(described);
  const stays = (itemId: ItemId) => {
    const index = ids.indexOf(itemId);
    return (index !== undefined && support[index]! >= Math.max(1, least * gramUnit)) || isDescribed.has(itemId);
  };
  if (before === null) return createIdMap([...new Set([...ids.ids(), ...described])].filter(stays).sort());
  const known = before.source.ids;
  const [came, left] = [new Set<ItemId>(), new Set<ItemId>()];
  for (const itemId of before.touched) {
    if (stays(itemId) === (known.indexOf(itemId) !== undefined)) continue;
    if (stays(itemId)) came.add(itemId);
    else left.add(itemId);
  }
  if (came.size + left.size === 0) return known;
  return createIdMap(merged(left.size === 0 ? known.ids() : known.ids().filter((itemId) => !left.has(itemId)), [...came].sort()));
}

/** Two ascending lists as one. */
function merged(long: readonly ItemId[], short: readonly ItemId[]): ItemId[] {
  const all: ItemId[] = [];
  let next = 0;
  for (const itemId of long) {
    while (next < short.length && short[next]! < itemId) all.push(short[next++]!);
    all.push(itemId);
  }
  return all.concat(short.slice(next));
}

/** For each item its index in the counts; −1 for what was only described. */
function indicesIn(counts: Counts, ids: IdMap): number[] {
  return ids.ids().map((itemId) => counts.ids.indexOf(itemId) ?? -1);
}

/** The places of items by their index elsewhere; −1 for those that have none. */
function placesOf(kept: readonly number[], size: number): Int32Array {
  const places = new Int32Array(size).fill(-1);
  for (const [place, item] of kept.entries()) if (item >= 0) places[item] = place;
  return places;
}

/** So many touched items, and more than a share of all, are dealt with faster by starting over. */
const manyTouched = 1000;
const touchedShare = 1 / 8;

function mayUpdate(before: SourceBefore | null, ids: IdMap): before is SourceBefore {
  return before !== null && (before.touched.size <= manyTouched || before.touched.size <= ids.size() * touchedShare);
}

function updated(
  { source, touched }: SourceBefore,
  ids: IdMap,
  eachPair: EachPair,
  diagonals: Pick<PairStatistics, "support" | "nearDiagonal" | "again">,
): PairStatistics {
  return updateStatistics({ pairs: source.pairs, placeNow: placesAfter(source.ids.ids(), ids.ids()) }, marks(ids, touched), eachPair, diagonals);
}

/** The rows with items renumbered; what has no new number is left out. */
function renumbered(rows: PersonRows, position: Int32Array): PersonRows {
  const liked = [...rows.items.keys()].filter((at) => position[rows.items[at]!]! >= 0);
  const taken = [...rows.stepItems.keys()].filter((at) => position[rows.stepItems[at]!]! >= 0);
  return {
    items: Int32Array.from(liked, (at) => position[rows.items[at]!]!),
    strengths: Uint8Array.from(liked, (at) => rows.strengths[at]!),
    itemPeriods: Int32Array.from(liked, (at) => rows.itemPeriods[at]!),
    stepItems: Int32Array.from(taken, (at) => position[rows.stepItems[at]!]!),
    stepOccasions: Int32Array.from(taken, (at) => rows.stepOccasions[at]!),
    stepWeights: Uint8Array.from(taken, (at) => rows.stepWeights[at]!),
    stepTimes: Float64Array.from(taken, (at) => rows.stepTimes[at]!),
    stepBaskets: Int32Array.from(taken, (at) => rows.stepBaskets[at]!),
    steps: rows.steps,
  };
}

/** Every liking as strong as a purchase. */
function makeAlike({ strengths, stepWeights }: PersonRows): void {
  strengths.fill(fullWeight);
  stepWeights.fill(fullWeight);
}

function readHistories(histories: readonly History[], described: readonly ItemId[], { minSupport, strengths }: LinearParams) {
  const met = createIdMap();
  const all = histories.map((steps) => personRowsOf(steps, (itemId) => met.add(itemId)));
  if (strengths === 0) for (const rows of all) makeAlike(rows);
  const support = new Int32Array(met.size());
  for (const { items, strengths } of all) for (let at = 0; at < items.length; at++) support[items[at]!]! += strengths[at]! ** 2;
  const ids = keep(met, support, described, minSupport);
  const position = Int32Array.from(met.ids(), (itemId) => ids.indexOf(itemId) ?? -1);
  const people = all.map((rows) => renumbered(rows, position));
  const days = ids.ids().map(() => new Map<number, number>());
  for (const rows of people) countDays(days, rows, 1);
  const latest = all.reduce((last, { itemPeriods }) => Math.max(last, itemPeriods.at(-1) ?? last), Number.NEGATIVE_INFINITY);
  const steps = all.reduce((sum, rows) => sum + rows.steps, 0);
  const likings = all.reduce((sum, { items }) => sum + items.length, 0);
  const unit = unitOf(sumOf(support), likings);
  return { ids, people, days, unit, latest, counts: { people: all.filter(({ items }) => items.length > 0).length, likings, steps } };
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
  ofHistories(histories, described, params) {
    const { people, latest, ...rest } = readHistories(histories, described, params);
    const fading = params.halfLifeDays > 0 ? fadingOf(latest, params.halfLifeDays) : null;
    const kernel = createTransitionKernel(params.transitionDecay, transitionWindow);
    return { ...rest, latest, pairs: countPairs(people, rest.ids.size(), kernel, fading) };
  },
  ofCounts(counts, described, { minSupport, halfLifeDays }, before = null) {
    const ids = keep(counts.ids, counts.support, described, minSupport, before);
    const kept = indicesIn(counts, ids);
    const unit = unitOf(sumOf(counts.support), counts.totals.likings);
    const live = livePeriods(counts.periods);
    const latest = live.at(-1)?.period ?? Number.NEGATIVE_INFINITY;
    const fading = fadingOf(latest, halfLifeDays);
    const periods: WeighedCounts[] = live.map((one) => ({ ...one, weight: fading(one.period) }));
    return { ids, pairs: pairsOf(), days: kept.map((item) => counts.days[item] ?? new Map()), counts: counts.totals, unit, latest };

    function pairsOf(): PairStatistics {
      // In a new period every weight changes.
      if (!mayUpdate(before, ids) || (halfLifeDays > 0 && before.source.latest !== latest)) return statisticsOf(periods, kept, counts.ids.size());
      const places = placesOf(kept, counts.ids.size());
      const eachPair: EachPair = (visit) => {
        for (const { pairs, weight } of periods) {
          pairs.forEach((low, high, both, near, lowFirst, highFirst) => {
            if (places[low]! < 0 || places[high]! < 0) return;
            visit(places[low]!, places[high]!, weight * both, weight * near, weight * lowFirst, weight * highFirst);
          });
        }
      };
      return updated(before, ids, eachPair, diagonalsOf(periods, kept, counts.ids.size()));
    }
  },
};

/** What is in one order. */
export const ordersSource: SourceReader = {
  ofHistories(histories, _described, params) {
    const { ids, people, days, counts, latest } = readHistories(histories, [], params);
    const orders = ordersOf(people);
    return {
      ids,
      days,
      pairs: countPairs(orders, ids.size(), createTransitionKernel(1, 0)),
      counts: { ...counts, baskets: orders.length },
      unit: gramUnit,
      latest,
    };
  },
  ofCounts(counts, _described, { minSupport }, before = null) {
    const support = counts.basketSupport.map((baskets) => baskets * gramUnit);
    const ids = keep(counts.ids, support, [], minSupport, before);
    const kept = indicesIn(counts, ids);
    const places = placesOf(kept, counts.ids.size());
    const pairs = pairsOf();
    // An order knows no periods.
    return { ids, pairs, days: kept.map((item) => counts.days[item]!), counts: counts.totals, unit: gramUnit, latest: Number.NEGATIVE_INFINITY };

    function pairsOf(): PairStatistics {
      const nowhere = new Int32Array(kept.length);
      const diagonals = { support: Int32Array.from(kept, (item) => support[item]!), nearDiagonal: nowhere, again: nowhere };
      if (!mayUpdate(before, ids)) {
        const { starts, columns, counts: both } = symmetricRows(counts.basketPairs, places, kept.length);
        const none = new Int32Array(columns.length);
        return { starts, columns, both: both.map((baskets) => baskets * gramUnit), near: none, before: none, ...diagonals };
      }
      const eachPair: EachPair = (visit) =>
        counts.basketPairs.forEach((low, high, baskets) => {
          if (places[low]! >= 0 && places[high]! >= 0) visit(places[low]!, places[high]!, baskets * gramUnit, 0, 0, 0);
        });
      return updated(before, ids, eachPair, diagonals);
    }
  },
};
