import type { PersonRows } from "./person-rows.ts";

/** Orders of one person that enter the basket counts: their latest. */
const maxBasketsPerPerson = 100;
/** Items of one order that enter the basket counts. */
const maxItemsPerBasket = 100;

/** The distinct items of each of a person's orders. */
export function basketsOf({ stepItems, stepBaskets }: PersonRows): number[][] {
  const baskets = new Map<number, Set<number>>();
  for (let at = 0; at < stepItems.length; at++) {
    if (stepBaskets[at]! < 0) continue;
    const basket = baskets.get(stepBaskets[at]!);
    if (basket === undefined) baskets.set(stepBaskets[at]!, new Set([stepItems[at]!]));
    else if (basket.size < maxItemsPerBasket) basket.add(stepItems[at]!);
  }
  return [...baskets.values()].slice(-maxBasketsPerPerson).map((basket) => [...basket]);
}
