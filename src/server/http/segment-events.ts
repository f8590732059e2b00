import type { EventType } from "#domain/event.ts";

// The events that Segment's specs name, and what they mean here. A name counts whatever its case and its gaps:
// "Product Viewed", "product_viewed", "productViewed".

/**
 * `items`: what to read of the products. "required": without one the event says nothing. "told": kept where named, but
 * worth nothing by themselves (a list that was on a page). "none": not looked for.
 */
export type KnownEvent = { readonly name: string; readonly type: EventType; readonly items: "required" | "told" | "none" };

const known = (type: EventType, items: KnownEvent["items"], names: readonly (string | readonly string[])[]): [string, KnownEvent][] =>
  names.flatMap((one) => {
    // The name of today first, those of older specs and other spellings behind it.
    const [name, ...others] = typeof one === "string" ? [one] : one;
    return [name!, ...others].map((spelling): [string, KnownEvent] => [keyOf(spelling), { name: name!, type, items }]);
  });

const keyOf = (name: string) => name.toLowerCase().replace(/[^a-z]/g, "");

const knownEvents: ReadonlyMap<string, KnownEvent> = new Map([
  ...known("view", "required", [["Product Viewed", "Viewed Product"]]),
  ...known("click", "required", [
    ["Product Clicked", "Clicked Product"],
    ["Product Shared", "Shared Product"],
    ["Product Reviewed", "Reviewed Product"],
    "Recommendation Clicked",
  ]),
  ...known("cart-add", "required", [["Product Added", "Added Product", "Product Added to Cart"], "Wishlist Product Added to Cart"]),
  ...known("cart-remove", "required", [["Product Removed", "Removed Product", "Product Removed from Cart"]]),
  ...known("wishlist", "required", [["Product Added to Wishlist", "Added Product to Wishlist"]]),
  ...known("purchase", "required", [
    ["Order Completed", "Completed Order", "Order Placed"],
    ["Order Updated", "Updated Order"],
  ]),
  ...known("return", "told", [
    ["Order Refunded", "Refunded Order"],
    ["Order Cancelled", "Order Canceled", "Cancelled Order", "Canceled Order"],
  ]),
  ...known("dismiss", "required", ["Recommendation Dismissed"]),
  ...known("search", "none", [["Products Searched", "Product Searched", "Searched Products", "Searched"]]),
  ...known("custom", "told", [
    ["Product List Viewed", "Viewed Product Category", "Viewed Product List", "Product Category Viewed"],
    ["Product List Filtered", "Filtered Product List"],
    ["Product Removed from Wishlist", "Removed Product from Wishlist"],
    ["Cart Viewed", "Viewed Cart"],
    ["Cart Shared", "Shared Cart"],
    ["Checkout Started", "Started Checkout", "Started Order", "Order Started"],
  ]),
  ...known("custom", "none", [
    ["Promotion Viewed", "Viewed Promotion"],
    ["Promotion Clicked", "Clicked Promotion"],
    ["Checkout Step Viewed", "Viewed Checkout Step"],
    ["Checkout Step Completed", "Completed Checkout Step"],
    ["Payment Info Entered", "Entered Payment Info"],
    ["Coupon Entered", "Entered Coupon"],
    ["Coupon Applied", "Applied Coupon"],
    ["Coupon Denied", "Denied Coupon"],
    ["Coupon Removed", "Removed Coupon"],
    ["Experiment Viewed", "Viewed Experiment"],
    "Email Delivered",
    "Email Opened",
    ["Email Link Clicked", "Email Clicked"],
    "Email Bounced",
    ["Email Marked as Spam", "Email Marked Spam"],
    ["Unsubscribed", "Email Unsubscribed"],
    "Segment Consent Preference Updated",
  ]),
]);

/** Longer than any known name in any spelling. */
const maxNameLength = 80;

export function knownEventOf(name: string): KnownEvent | null {
  return name.length > maxNameLength ? null : (knownEvents.get(keyOf(name)) ?? null);
}

/** One or two stars of a review say that the thing was not liked. */
export function isBadRating(rating: number | null): boolean {
  return rating !== null && rating >= 1 && rating <= 2;
}
