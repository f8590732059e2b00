import type { ItemId } from "#domain/ids.ts";
import type { History } from "#models/step.ts";
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
};

export type Popularity = { readonly people: number; readonly byItem: ReadonlyMap<ItemId, number> };

/** How many people of those learnt from chose each item. */
export function popularityOf(learn: readonly History[]): Popularity {
  const byItem = new Map<ItemId, number>();
  for (const history of learn) {
    for (const itemId of new Set(history.filter(({ weight }) => weight > 0).map((step) => step.itemId))) {
      byItem.set(itemId, (byItem.get(itemId) ?? 0) + 1);
    }
  }
  return { people: learn.length, byItem };
}

/** `lists[case]`: what was recommended; `pasts[case]`: what that person had. Definitions as in RecTools (MIUF, ARP). */
export function beyondAccuracy(lists: readonly (readonly ItemId[])[], pasts: readonly (readonly ItemId[])[], popularity: Popularity): BeyondAccuracy {
  const { byItem, people } = popularity;
  const shown = new Map<ItemId, number>([...byItem.keys()].map((itemId) => [itemId, 0]));
  for (const itemId of lists.flat()) shown.set(itemId, (shown.get(itemId) ?? 0) + 1);
  const counts = [...shown.values()];
  const popularityIn = (itemId: ItemId) => byItem.get(itemId) ?? 0;
  const average = (of: readonly (readonly ItemId[])[]) => mean(of.filter(({ length }) => length > 0).map((items) => mean(items.map(popularityIn))));
  const own = average(pasts);
  return {
    coverage: counts.length === 0 ? 0 : counts.filter((count) => count > 0).length / counts.length,
    gini: gini(counts),
    novelty: mean(lists.flat().map((itemId) => Math.log2(people / Math.max(1, popularityIn(itemId))))),
    popularityLift: own === 0 ? 0 : average(lists) / own - 1,
  };
}
