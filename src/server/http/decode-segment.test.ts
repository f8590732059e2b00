import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EventType } from "#domain/event.ts";
import { problemCodes } from "#domain/problem.ts";
import { decodeSegment, messageTypes } from "./decode-segment.ts";
import { purposesOfCategories } from "./segment-consent.ts";
import { knownEventOf } from "./segment-events.ts";

const receivedAt = Date.UTC(2026, 4, 20, 12);
let number = 0;
const decode = (message: unknown, type: (typeof messageTypes)[number] = "track") =>
  decodeSegment(message, type, { context: {}, sentAt: undefined }, { receivedAt, freshId: () => `fresh-${number++}` });
function decoded(event: string, properties: Record<string, unknown> = {}, more: Record<string, unknown> = {}) {
  const result = decode({ userId: "anna", event, properties, ...more });
  if (!result.ok) throw new Error(`${event}: ${result.problem.code} ${result.problem.detail}`);
  return result.value;
}

// The examples of Segment's e-commerce spec, version 2, in short.
const product = {
  product_id: "507f1f77bcf86cd799439011",
  sku: "G-32",
  category: "Games",
  name: "Monopoly: 3rd Edition",
  brand: "Hasbro",
  variant: "200 pieces",
  price: 18.99,
  quantity: 1,
  coupon: "MAYDEALS",
  position: 3,
  url: "https://www.example.com/product/path",
  image_url: "https://www.example.com/product/path.jpg",
};
const other = { ...product, product_id: "505bd76785ebb509fc183733", sku: "46493-32", name: "Uno Card Game", price: 3, position: 2 };
const order = {
  order_id: "50314b8e9bcf000000000000",
  total: 27.5,
  revenue: 25,
  shipping: 3,
  tax: 2,
  discount: 2.5,
  coupon: "hasbros",
  currency: "USD",
};
const products = [product, other];
const one = [product.product_id];
const two = [product.product_id, other.product_id];

const spec: readonly (readonly [name: string, properties: Record<string, unknown>, type: EventType, items: readonly string[]])[] = [
  ["Products Searched", { query: "blue roses of anna@shop.example" }, "search", []],
  ["Product List Viewed", { list_id: "hot_deals_1", category: "Deals", products }, "custom", two],
  ["Product List Filtered", { list_id: "todays", filters: [{ type: "price", value: "under" }], sorts: [], products }, "custom", two],
  ["Promotion Viewed", { promotion_id: "promo_1", creative: "top_banner_2", name: "75% store-wide shoe sale", position: "home" }, "custom", []],
  ["Promotion Clicked", { promotion_id: "promo_1", creative: "top_banner_2", name: "75% store-wide shoe sale" }, "custom", []],
  ["Product Clicked", product, "click", one],
  ["Product Viewed", { ...product, currency: "usd", value: 18.99 }, "view", one],
  ["Product Added", { cart_id: "skdjsidjsdkdj29j", ...product }, "cart-add", one],
  ["Product Removed", { cart_id: "ksjdj92dj29dj92d2j", ...product, quantity: 0 }, "cart-remove", one],
  ["Cart Viewed", { cart_id: "d92jd29jd92jd29j92d92jd", products }, "custom", two],
  ["Checkout Started", { ...order, value: 30, products }, "custom", two],
  ["Checkout Step Viewed", { checkout_id: "50314b8e9bcf000000000000", step: 2, shipping_method: "Fedex" }, "custom", []],
  ["Checkout Step Completed", { checkout_id: "50314b8e9bcf000000000000", step: 2, payment_method: "Visa" }, "custom", []],
  ["Payment Info Entered", { checkout_id: "39f39fj39f3jf93fj9fj39fj3f", order_id: "dkfsjidfjsdifsdfksdjfkdsfjsdfkdsf" }, "custom", []],
  ["Order Completed", { checkout_id: "fksdjfsdjfisjf9sdfjsd9f", ...order, products }, "purchase", two],
  ["Order Updated", { ...order, products }, "purchase", two],
  ["Order Refunded", { ...order, products: [{ ...product, quantity: -1, price: -18.99 }] }, "return", one],
  ["Order Cancelled", { ...order, products }, "return", two],
  ["Coupon Entered", { order_id: "50314b8e9bcf000000000000", cart_id: "923923929jd29jd92dj9j93fj3", coupon_id: "may_deals_2016" }, "custom", []],
  ["Coupon Applied", { coupon_id: "may_deals_2016", coupon_name: "May Deals 2016", discount: 23.32 }, "custom", []],
  ["Coupon Denied", { coupon: "may_deals_2016", reason: "Coupon expired" }, "custom", []],
  ["Coupon Removed", { coupon_id: "may_deals_2016", discount: 23.32 }, "custom", []],
  ["Product Added to Wishlist", { wishlist_id: "skdjsidjsdkdj29j", wishlist_name: "Loved Games", ...product }, "wishlist", one],
  ["Product Removed from Wishlist", { wishlist_id: "skdjsidjsdkdj29j", ...product }, "custom", one],
  ["Wishlist Product Added to Cart", { wishlist_id: "skdjsidjsdkdj29j", cart_id: "99j2d92j9dj29dj29d2d", ...product }, "cart-add", one],
  ["Product Shared", { share_via: "email", share_message: "Hey", recipient: "friend@shop.example", ...product }, "click", one],
  [
    "Cart Shared",
    { share_via: "email", recipient: "friend@shop.example", products: [{ product_id: "a" }, { product_id: "b" }] },
    "custom",
    ["a", "b"],
  ],
  ["Product Reviewed", { product_id: "g", review_id: "kdfjrj39fj39jf3", review_body: "Good", rating: "5" }, "click", ["g"]],
];

describe("the e-commerce spec, version 2", () => {
  it.each(spec)("%s", (name, properties, type, items) => {
    const { event, seenItems } = decoded(name, properties);
    expect([event.type, event.name, event.lines.map(({ itemId }) => itemId)]).toEqual([type, name, items]);
    expect(seenItems.map(({ itemId }) => itemId)).toEqual(items);
    expect(event.orderId).toBe(properties.order_id ?? null);
    for (const line of event.lines) expect(line.quantity).toBeGreaterThan(0);
    // Who shared with whom, what was searched for and what a review says are not kept.
    expect(JSON.stringify([event, seenItems])).not.toMatch(/friend@|anna@|Good"|Hey/);
  });

  it("knows each name in any case and spacing, and as version 1 had it", () => {
    for (const [name] of spec)
      for (const spelling of [name.toLowerCase(), name.toUpperCase(), name.replaceAll(" ", "_"), name.replaceAll(" ", ""), ` ${name} `])
        expect(knownEventOf(spelling)?.name).toBe(name);
    const before = [
      ["Viewed Product", "Product Viewed"],
      ["Viewed Product Category", "Product List Viewed"],
      ["Added Product", "Product Added"],
      ["Removed Product", "Product Removed"],
      ["Completed Order", "Order Completed"],
      ["Viewed Promotion", "Promotion Viewed"],
      ["Clicked Promotion", "Promotion Clicked"],
      ["Viewed Checkout Step", "Checkout Step Viewed"],
      ["Completed Checkout Step", "Checkout Step Completed"],
      ["Order Canceled", "Order Cancelled"],
    ] as const;
    for (const [old, name] of before) expect(knownEventOf(old)?.name).toBe(name);
    expect(["Own Event", "", "__proto__", "x".repeat(10_000)].map(knownEventOf)).toEqual([null, null, null, null]);
  });

  it("an order of version 1 has its number in id", () => {
    const { event } = decoded("Completed Order", { id: "1070", total: 30, products: [{ id: "G-32", sku: "G-32", price: 18.99, quantity: 2 }] });
    expect(event).toMatchObject({ type: "purchase", orderId: "1070", lines: [{ itemId: "G-32", quantity: 2, unitPrice: 18.99 }] });
  });

  it("refunds and cancellations stand without products; an update without them changes no order", () => {
    for (const name of ["Order Refunded", "Order Cancelled"])
      expect(decoded(name, { order_id: "o1" }).event).toMatchObject({ type: "return", orderId: "o1", lines: [] });
    expect(decoded("Order Updated", { order_id: "o1", status: "shipped" }).event).toMatchObject({ type: "custom", orderId: "o1", lines: [] });
  });

  it("a review of one or two stars says the opposite", () => {
    const types = ["1", 2, 3, 4.5, undefined].map((rating) => decoded("Product Reviewed", { product_id: "g", rating }).event.type);
    expect(types).toEqual(["dismiss", "dismiss", "click", "click", "click"]);
  });
});

describe("consent on the wire", () => {
  it("categories stand for purposes; the nearest name speaks, and all who speak must say yes", () => {
    const table = [
      [
        { Analytics: true, Advertising: true },
        { learn: true, measure: true, personalize: true },
      ],
      [
        { C0001: true, C0002: true, C0003: true, C0004: false },
        { learn: true, measure: true, personalize: false },
      ],
      [
        { Analytics: true, Performance: false },
        { learn: false, measure: false },
      ],
      [{ Advertising: false, Personalization: true }, { personalize: true }],
      [{ personalize: false, Personalization: true, Marketing: true }, { personalize: false }],
      [
        { learn: true, Analytics: false },
        { learn: true, measure: false },
      ],
      [
        { analytics: false, ANALYTICS: true },
        { learn: false, measure: false },
      ],
      [{ Functional: true, Necessary: true }, {}],
      [{ email: true }, { email: true }],
    ] as const;
    for (const [categories, purposes] of table) expect(purposesOfCategories(categories)).toEqual(new Map(Object.entries(purposes)));
    for (const bad of [null, [], "all", { Analytics: "true" }, { Analytics: 1 }, { Analytics: null }])
      expect(purposesOfCategories(bad)).toBe("malformed");
  });

  it("RudderStack's lists are switches too", () => {
    const stamp = (consentManagement: unknown) => decoded("Product Viewed", product, { context: { consentManagement } }).stampedConsent;
    const lists = { allowedConsentIds: ["C0002", "C0004"], deniedConsentIds: ["C0004"], provider: "oneTrust" };
    expect(stamp(lists)).toEqual(new Map(Object.entries({ personalize: false, learn: true, measure: true })));
    expect([stamp({}), stamp({ deniedConsentIds: "all" }), stamp(null), stamp([])]).toEqual([new Map(), "malformed", "malformed", "malformed"]);
  });

  it("the consent manager's own event decides; turning away from e-mail decides about e-mail", () => {
    const context = { consent: { categoryPreferences: { Analytics: false } } };
    const no = new Map([
      ["learn", false],
      ["measure", false],
    ]);
    expect(decoded("Segment Consent Preference Updated", {}, { context })).toMatchObject({ stampedConsent: no, decides: no });
    expect(decoded("Product Viewed", product, { context })).toEqual(expect.not.objectContaining({ decides: expect.anything() }));
    for (const name of ["Unsubscribed", "Email Marked as Spam"]) expect(decoded(name).decides).toEqual(new Map([["email", false]]));
    expect(decoded("Email Opened").decides).toBeUndefined();
  });
});

describe("whatever comes in", () => {
  it("32 KB are taken and a byte more is not, counted in bytes", () => {
    const sized = (bytes: number) => {
      const message = { userId: "anna", event: "Own", properties: { note: "" } };
      message.properties.note = "é".repeat(Math.floor((bytes - JSON.stringify(message).length) / 2));
      message.properties.note += "x".repeat(bytes - Buffer.byteLength(JSON.stringify(message)));
      return decode(message).ok;
    };
    expect([sized(32 * 1024), sized(32 * 1024 + 1)]).toEqual([true, false]);
  });

  it("property: decoding never throws, and refuses with a code of the catalogue", () => {
    const anything = fc.anything({ withNullPrototype: false, withBigInt: false, maxDepth: 3 });
    const fields = ["userId", "anonymousId", "previousId", "messageId", "event", "name", "properties", "context", "timestamp", "sentAt"] as const;
    const message = fc.record(Object.fromEntries(fields.map((field) => [field, fc.oneof(anything, fc.string())])), { requiredKeys: [] });
    const named = fc.record({
      userId: fc.string(),
      event: fc.constantFrom(...spec.map(([name]) => name)),
      properties: fc.record({ products: fc.oneof(anything, fc.array(fc.record({ product_id: anything, price: anything, quantity: anything }))) }),
    });
    fc.assert(
      fc.property(fc.oneof(message, named, anything), fc.constantFrom(...messageTypes), (given, type) => {
        const wire: unknown = JSON.parse(JSON.stringify(given) ?? "null");
        const result = decode(wire, type);
        if (!result.ok) expect(problemCodes).toContain(result.problem.code);
        else for (const line of result.value.event.lines) expect(typeof line.itemId).toBe("string");
      }),
      { numRuns: 500 },
    );
  });

  it("a clock that is a year wrong is set right by sentAt", () => {
    const year = 365 * 86_400_000;
    for (const skew of [year, -year]) {
      const said = receivedAt + skew;
      const { event } = decoded("Product Viewed", product, {
        timestamp: new Date(said - 60_000).toISOString(),
        sentAt: new Date(said).toISOString(),
      });
      expect(event.occurredAt).toBe(receivedAt - 60_000);
    }
  });
});
