import type { EventType } from "./event.ts";

/**
 * How much one event says about liking an item, in thirds of a purchase; whole numbers, so that counts stay exact.
 * Negative: the item was given back or waved away. Events that say nothing about an item are 0.
 */
export const eventWeight = {
  view: 1,
  click: 1,
  wishlist: 2,
  "cart-add": 2,
  purchase: 3,
  return: -3,
  dismiss: -3,
  "cart-remove": 0,
  search: 0,
  page: 0,
  identify: 0,
  impression: 0,
  custom: 0,
} as const satisfies Record<EventType, number>;

/** The weight of a purchase: what the others are measured in. */
export const fullWeight = eventWeight.purchase;
