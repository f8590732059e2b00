import type { EventType } from "./event.ts";

/**
 * How much one event says about liking an item, in fifths of a purchase; whole numbers, so that counts stay exact. Squared
 * they are what a liking weighs in the counts: a look a third of a purchase. (Validation part of RetailRocket: fifths 3 4 5
 * do as well as all alike, .168 and .167 NDCG@10; thirds 1 2 3 .134.)
 * Negative: the item was given back or waved away. Events that say nothing about an item are 0.
 */
export const eventWeight = {
  view: 3,
  click: 3,
  wishlist: 4,
  "cart-add": 4,
  purchase: 5,
  return: -5,
  dismiss: -5,
  "cart-remove": 0,
  search: 0,
  page: 0,
  identify: 0,
  impression: 0,
  custom: 0,
} as const satisfies Record<EventType, number>;

/** The weight of a purchase: what the others are measured in. */
export const fullWeight = eventWeight.purchase;
