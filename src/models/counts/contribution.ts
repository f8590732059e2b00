import { dayNumber } from "#domain/clock.ts";
import type { ItemId } from "#domain/ids.ts";
import { inOrder, type Step } from "../step.ts";

/** Distinct items of one person that enter the counts: their latest. Bounds what one wholesaler can do to a shop. */
export const maxItemsPerPerson = 250;
/** Orders of one person that enter the basket counts: their latest. */
export const maxBasketsPerPerson = 100;
/** Items of one order that enter the basket counts. */
export const maxItemsPerBasket = 100;

/**
 * All that one person adds to a shop's counts. A pure function of their steps, so that it can be computed again later
 * and taken away to the last bit: that is what forgetting is.
 */
export type Contribution = {
  /** Strength of liking per item, 1 to 3. */
  readonly items: ReadonlyMap<ItemId, number>;
  readonly baskets: readonly (readonly ItemId[])[];
  /** "day item" → weight, once a day per item. */
  readonly days: readonly { readonly itemId: ItemId; readonly day: number; readonly weight: number }[];
  readonly steps: number;
};

type Liking = { strength: number; net: number; returned: boolean; lastAt: number };

function likings(steps: readonly Step[]): Map<ItemId, Liking> {
  const found = new Map<ItemId, Liking>();
  for (const step of steps) {
    let liking = found.get(step.itemId);
    if (liking === undefined) {
      liking = { strength: 0, net: 0, returned: false, lastAt: step.at };
      found.set(step.itemId, liking);
    }
    liking.lastAt = step.at;
    if (step.type === "dismiss") liking.strength = 0;
    else if (step.type === "return") {
      liking.net -= step.quantity;
      liking.returned = true;
    } else {
      if (step.type === "purchase") liking.net += step.quantity;
      liking.strength = Math.max(liking.strength, step.weight);
    }
  }
  // Whoever gave all of it back does not count as liking it; who kept some does.
  for (const [itemId, liking] of found) if (liking.strength === 0 || (liking.returned && liking.net <= 0)) found.delete(itemId);
  return found;
}

/** What a person with these steps (in any order) adds to the counts. */
export function contributionOf(unordered: readonly Step[]): Contribution {
  const steps = inOrder(unordered);
  const liked = likings(steps);
  const latest = [...liked].sort(([a, left], [b, right]) => right.lastAt - left.lastAt || (a < b ? -1 : 1)).slice(0, maxItemsPerPerson);
  const baskets = new Map<string, Set<ItemId>>();
  const days = new Map<string, { itemId: ItemId; day: number; weight: number }>();
  for (const step of steps) {
    if (step.weight <= 0 || !liked.has(step.itemId)) continue;
    if (step.basket !== null) {
      const basket = baskets.get(step.basket);
      if (basket === undefined) baskets.set(step.basket, new Set([step.itemId]));
      else if (basket.size < maxItemsPerBasket) basket.add(step.itemId);
    }
    const day = dayNumber(step.at);
    const key = `${day} ${step.itemId}`;
    const known = days.get(key);
    if (known === undefined) days.set(key, { itemId: step.itemId, day, weight: step.weight });
    else known.weight = Math.max(known.weight, step.weight);
  }
  return {
    items: new Map(latest.map(([itemId, liking]) => [itemId, liking.strength])),
    baskets: [...baskets.values()].slice(-maxBasketsPerPerson).map((basket) => [...basket]),
    days: [...days.values()],
    steps: steps.length,
  };
}
