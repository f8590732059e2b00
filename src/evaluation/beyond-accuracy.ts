import type { ItemId } from "#domain/ids.ts";
import type { ItemContent } from "#models/content/item-content.ts";
import type { History } from "#models/step.ts";
import { calibrationOf, type Facets, facetsOf } from "./calibration.ts";
import { contentRows, diversityOf, personRows } from "./diversity.ts";
import { gini, mean } from "./metrics.ts";

/** What a model does to the catalogue, beside being right. */
export type BeyondAccuracy = {
  /** The share of the items learnt from that was recommended to anybody. */
  readonly coverage: number;
  /** How unevenly the recommendations fall on those items: 0 even, towards 1 all on one. */
  readonly gini: number;
  /** Mean −log2 of the share of people who had the recommended item already, in bits: more is less known. */
  readonly novelty: number;
  /** How much more popular the recommended items are than those of the people's own past: 0 alike, 1 twice as much. */
  readonly popularityLift: number;
  /** How unlike each other the items of a list are, 0 to 1: by content where it is given, else by who chose them. Null: no list has two. */
  readonly diversity: number | null;
  /** How far a list's mix of categories is from that of the person's past (Steck 2018), 0 the same; null without content. */
  readonly calibration: number | null;
};

export type Popularity = { readonly people: number; readonly byItem: ReadonlyMap<ItemId, number> };

/** How many people of those learnt from chose each item. */
export function popularityOf(learn: readonly History[]): Popularity {
  const byItem = new Map<ItemId, number>();
  for (const history of learn) {
    const chosen = new Set<ItemId>();
    for (const { weight, itemId } of history) if (weight > 0) chosen.add(itemId);
    for (const itemId of chosen) byItem.set(itemId, (byItem.get(itemId) ?? 0) + 1);
  }
  return { people: learn.length, byItem };
}

/** What the lists are judged against; one for all models. */
export type Surroundings = {
  readonly learn: readonly History[];
  readonly popularity: Popularity;
  readonly content: ItemContent | null;
  readonly facets: Facets | null;
};

export function surroundingsOf(learn: readonly History[], content: ItemContent | null): Surroundings {
  return { learn, popularity: popularityOf(learn), content, facets: content === null ? null : facetsOf(content) };
}

/** Lists that diversity and calibration are measured on: every n-th, so that there are at most so many. */
const mostLookedAt = 1000;

export type BeyondMeter = {
  add(list: readonly ItemId[], past: readonly ItemId[]): void;
  result(): BeyondAccuracy;
};

/** `lists`: how many will be added. Definitions of novelty and lift as in RecTools (MIUF, ARP). */
export function createBeyondMeter({ learn, popularity, content, facets }: Surroundings, lists: number): BeyondMeter {
  const { byItem, people } = popularity;
  const shown = new Map<ItemId, number>([...byItem.keys()].map((itemId) => [itemId, 0]));
  const popularityIn = (itemId: ItemId) => byItem.get(itemId) ?? 0;
  const averageOf = (items: readonly ItemId[]) => items.reduce((sum, itemId) => sum + popularityIn(itemId), 0) / items.length;
  const stride = Math.max(1, Math.ceil(lists / mostLookedAt));
  const lookedAt: (readonly ItemId[])[] = [];
  const distances: number[] = [];
  let [added, places, surprise, own, ownLists, theirs, theirLists] = [0, 0, 0, 0, 0, 0, 0];
  return {
    add(list, past) {
      for (const itemId of list) {
        shown.set(itemId, (shown.get(itemId) ?? 0) + 1);
        surprise += Math.log2(people / Math.max(1, popularityIn(itemId)));
      }
      places += list.length;
      if (past.length > 0) [own, ownLists] = [own + averageOf(past), ownLists + 1];
      if (list.length > 0) [theirs, theirLists] = [theirs + averageOf(list), theirLists + 1];
      if (added++ % stride !== 0) return;
      lookedAt.push(list);
      const distance = facets === null ? null : calibrationOf(list, past, facets);
      if (distance !== null) distances.push(distance);
    },
    result() {
      const counts = [...shown.values()];
      const rows = content === null ? personRows(learn, new Set(lookedAt.flat())) : contentRows(content);
      return {
        coverage: counts.length === 0 ? 0 : counts.filter((count) => count > 0).length / counts.length,
        gini: gini(counts),
        novelty: places === 0 ? 0 : surprise / places,
        popularityLift: own === 0 || theirLists === 0 ? 0 : theirs / theirLists / (own / ownLists) - 1,
        diversity: diversityOf(lookedAt, rows),
        calibration: distances.length === 0 ? null : mean(distances),
      };
    },
  };
}
