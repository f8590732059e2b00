import fc from "fast-check";
import { tasteItems } from "../../support/two-tastes.ts";

// Any history, any way to have come to it without consent for personalization, and any page to ask about.

export const itemIds = tasteItems.map(({ id }) => id);
const events = [
  "Product Viewed",
  "Product Clicked",
  "Product Added",
  "Product Added to Wishlist",
  "Order Completed",
  "Order Refunded",
  "Recommendation Dismissed",
];

const deed = fc.record({
  event: fc.constantFrom(...events),
  items: fc.uniqueArray(fc.constantFrom(...itemIds, "known-from-events-only"), { minLength: 1, maxLength: 4 }),
  daysAgo: fc.integer({ min: 0, max: 400 }),
});
export const past = fc.array(deed, { maxLength: 12 });
export type Past = readonly { readonly event: string; readonly items: readonly string[]; readonly daysAgo: number }[];

/** How somebody came to a history that may not be used: never asked, refused from the start, or withdrawn later. */
export const standing = fc.record({
  personalize: fc.constantFrom("never asked", "refused", "withdrawn"),
  learn: fc.boolean(),
  measure: fc.boolean(),
  /** Some of it happened on a device that was later found to be theirs. */
  linked: fc.boolean(),
  /** Some of it was another customer's, until the shop said that both are one. */
  merged: fc.boolean(),
  /** Some of it the shop told as orders, which it keeps whether or not anybody agrees. */
  recorded: fc.boolean(),
});
export type Standing = {
  readonly personalize: string;
  readonly learn: boolean;
  readonly measure: boolean;
  readonly linked: boolean;
  readonly merged: boolean;
  readonly recorded: boolean;
};

export type Names = { readonly customerId: string; readonly anonymousId: string };
export const page = fc.record({
  item: fc.option(fc.constantFrom(...itemIds, "no-such-item"), { nil: undefined }),
  basket: fc.uniqueArray(fc.constantFrom(...itemIds), { maxLength: 3 }),
  category: fc.option(fc.constantFrom("Upper shelf", "Everything", "No such shelf"), { nil: undefined }),
  n: fc.integer({ min: 1, max: 30 }),
  explain: fc.constantFrom("none", "short", "full"),
  preview: fc.boolean(),
});
export const namedBy = fc.constantFrom<readonly (keyof Names)[]>(["customerId"], ["anonymousId"], ["customerId", "anonymousId"]);

export type Page = { item: string | undefined; basket: string[]; category: string | undefined; n: number; explain: string; preview: boolean };
