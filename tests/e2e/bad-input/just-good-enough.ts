type Awkward = { readonly title: string; readonly method: "GET" | "POST" | "PUT"; readonly path: string; readonly body?: unknown };

const view = { userId: "allowed", event: "Product Viewed", properties: { product_id: "mug" } };
const track = (title: string, more: Record<string, unknown>): Awkward => ({ title, method: "POST", path: "/v1/track", body: { ...view, ...more } });
const describeItem = (title: string, more: Record<string, unknown>): Awkward => ({
  title,
  method: "PUT",
  path: "/v1/items",
  body: { items: [{ id: "odd", title: "Odd", ...more }] },
});

/** What looks wrong and is not: refusing it would lose data, and a store that cannot take it as it is must still not break. */
export const awkward: readonly Awkward[] = [
  track("an event with a name of control characters", { event: "Own\u0000Event\u001b[31m", properties: {} }),
  track("an event with half a character in its name", { event: "Half \ud83d", properties: {} }),
  track("an event with a very long name", { event: "x".repeat(5_000), properties: {} }),
  track("an item's name with control characters", {
    properties: { product_id: "named-oddly", name: "a\u0000b\u0007", category: "c\u0000d", brand: "\u0000" },
  }),
  track("a time with a fraction of a millisecond", { timestamp: Date.UTC(2026, 4, 20) + 0.5 }),
  track("a time at the end of the grace for fast clocks", { timestamp: "2026-05-21T11:59:59Z" }),
  track("a time of 1990", { timestamp: "1990-01-01T00:00:00Z" }),
  { title: "a number for a customer", method: "PUT", path: "/v1/consents", body: { customerId: 4711, anonymousId: null, purposes: { learn: true } } },
  track("an event of a customer who is a number", { userId: 4711, anonymousId: null }),
  track("a customer called constructor", { userId: "allowed", context: { constructor: "x", hasOwnProperty: 1, consent: undefined } }),
  track("properties that hide the usual functions", { properties: { product_id: "mug", toString: "x", hasOwnProperty: "y", valueOf: null } }),
  track("a currency that is none", { properties: { product_id: "mug", currency: { a: 1 } } }),
  track("a clock that is years wrong", { sentAt: "1999-01-01T00:00:00Z", timestamp: "1999-01-01T00:00:00Z" }),
  describeItem("an item with control characters in its words", {
    title: "a\u0000b",
    description: "\u0000",
    brand: "\u0001",
    categories: ["a\u0000b"],
  }),
  describeItem("an item with half a character in its title", { title: "Half \ud83d" }),
  describeItem("an item of all scripts", { title: "چائے 茶 ชา 🫖 e\u0301" }),
  describeItem("a free item", { price: 0, stock: 0 }),
  {
    title: "one item twice in a request",
    method: "PUT",
    path: "/v1/items",
    body: {
      items: [
        { id: "twice", title: "1" },
        { id: "twice", title: "2" },
      ],
    },
  },
  { title: "a search for control characters", method: "GET", path: "/v1/items?q=%00" },
  { title: "a page after control characters", method: "GET", path: "/v1/items?after=%00" },
  { title: "a search for wildcards", method: "GET", path: "/v1/items?q=%25_%5C" },
  {
    title: "a consent with control characters in its notice",
    method: "PUT",
    path: "/v1/consents",
    body: { customerId: "odd", purposes: { learn: true }, notice: "a\u0000b", how: "\u0000" },
  },
  {
    title: "a category of control characters",
    method: "POST",
    path: "/v1/recommendations",
    body: { surface: "new", customerId: "allowed", context: { category: "\u0000" } },
  },
];
