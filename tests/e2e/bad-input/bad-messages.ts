import type { ProblemCode } from "#domain/problem.ts";
import { canary } from "./case.ts";

export type BadMessage = { readonly title: string; readonly message: unknown; readonly code: ProblemCode };

const tenKb = "x".repeat(10_000);
const good = { type: "track", userId: "allowed", event: "Product Viewed", properties: { product_id: "mug", price: 3, quantity: 1 } };
const order = { ...good, event: "Order Completed" };

function each(code: ProblemCode, field: string, values: readonly unknown[], make: (value: unknown) => unknown): BadMessage[] {
  return values.map((value) => ({
    title: `${field} is ${value === undefined ? "nothing" : JSON.stringify(value).slice(0, 40)}`,
    message: make(value),
    code,
  }));
}
const field = (code: ProblemCode, name: string, values: readonly unknown[]) => each(code, name, values, (value) => ({ ...good, [name]: value }));
const property = (code: ProblemCode, name: string, values: readonly unknown[]) =>
  each(code, `properties.${name}`, values, (value) => ({ ...order, properties: { ...good.properties, [name]: value } }));

/** Messages that cannot be true; each is refused for what is wrong with it, by itself and in a batch. */
export const badMessages: readonly BadMessage[] = [
  ...field("PERSON_MISSING", "userId", [undefined, null, ""]),
  ...field("EVENT_INVALID", "userId", [{}, [], true, 1.5]),
  ...field("EVENT_INVALID", "anonymousId", [{}, [], true, 1.5]),
  ...field("ID_INVALID", "userId", [tenKb, "x".repeat(257), "a\u0000b", "\n", "  ", `${canary}\u007f`, "\ud800"]),
  ...field("ID_INVALID", "anonymousId", [tenKb, "a\u0000b", "\udc00 alone"]),
  ...field("EVENT_INVALID", "messageId", [5, {}, []]),
  ...field("ID_INVALID", "messageId", [tenKb, "a\u0000b", " ", "\ud800"]),
  ...field("EVENT_INVALID", "event", [undefined, null, "", 5, {}]),
  ...field("EVENT_INVALID", "properties", [5, "text", [], true]),
  ...field("EVENT_TIME_INVALID", "timestamp", ["yesterday", "", "12:00", "01.02.2026", "2026-13-45T00:00:00Z", {}, [], true]),
  ...field("EVENT_TIME_PAST", "timestamp", ["1970-01-01T00:00:00Z", "1970-01-21T00:00:00Z", 0, 1_779_278_400, -1e300]),
  ...field("EVENT_TIME_FUTURE", "timestamp", ["2027-05-20T12:00:00Z", "2026-05-21T12:00:01Z", 1e300]),
  ...property("EVENT_INVALID", "product_id", [undefined, null, "", {}, true, 1.5]),
  ...property("ID_INVALID", "product_id", [tenKb, "x".repeat(257), "a\u0000b", "\t", "\ud800"]),
  ...property("EVENT_INVALID", "quantity", [0, -1, -0.5, 1e7, "-2"]),
  ...property("EVENT_INVALID", "price", [-1, -0.01, "-5"]),
  ...property("EVENT_INVALID", "products", ["mug", {}, 5, [null], ["mug"], [{}], [{ product_id: "mug" }, { name: canary }]]),
  ...property("ID_INVALID", "order_id", [tenKb, "a\u0000b"]),
  ...property("ID_INVALID", "recommendation_id", [tenKb, "a\u0000b"]),
  {
    title: "context.sessionId is 10 KB",
    message: { ...good, context: { sessionId: tenKb } },
    code: "ID_INVALID",
  },
  {
    title: "2001 products",
    message: { ...order, properties: { products: Array(2001).fill({ sku: "a" }) } },
    code: "EVENT_TOO_LARGE",
  },
  { title: "a message of 32 KB and a byte", message: { ...good, context: { page: { title: "x".repeat(32 * 1024) } } }, code: "EVENT_TOO_LARGE" },
  {
    title: "an item's name of 1 MB is too large for an event",
    message: { ...good, properties: { product_id: "mug", name: "x".repeat(400_000) } },
    code: "EVENT_TOO_LARGE",
  },
];

/** What only a batch can hold. */
export const badInBatch: readonly BadMessage[] = [
  ...[null, [], "text", 5, true].map(
    (message): BadMessage => ({ title: `a message that is ${JSON.stringify(message)}`, message, code: "EVENT_INVALID" }),
  ),
  ...[undefined, null, "", "Track", "purchase", "__proto__", "constructor", 5, {}].map(
    (type): BadMessage => ({
      title: `a type that is ${type === undefined ? "nothing" : JSON.stringify(type)}`,
      message: { ...good, type },
      code: "EVENT_INVALID",
    }),
  ),
];
