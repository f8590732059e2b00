import { createSeededRandom } from "#kernels/seeded-random.ts";

// A shop whose customers like either tea or tools, never both: whatever is learnt from it, the two must not mix.

export type Taste = "tea" | "tools";
export type TasteItem = { readonly id: string; readonly title: string; readonly categories: readonly string[]; readonly price: number };
export type TasteOrder = { readonly customerId: string; readonly taste: Taste; readonly message: Record<string, unknown> };

const itemsPerTaste = 10;
const customersPerTaste = 20;
const ordersPerCustomer = 3;
const dayMs = 86_400_000;

export const tasteItems: readonly TasteItem[] = (["tea", "tools"] as const).flatMap((taste) =>
  Array.from({ length: itemsPerTaste }, (_, at) => ({
    id: `${taste}-${String(at).padStart(2, "0")}`,
    title: `${taste === "tea" ? "Tea" : "Tool"} number ${at}`,
    // Shelves that say nothing about the taste: what is recommended has to come from what people did.
    categories: ["Everything", at % 2 === 0 ? "Upper shelf" : "Lower shelf"],
    price: 5 + at,
  })),
);

export const tasteOf = (itemId: string) => itemId.split("-")[0] as Taste;
export const tasteCustomer = (taste: Taste, at: number) => `${taste}-fan-${at}`;

/** A few dozen customers' orders over the last month, each of one taste. */
export function tasteOrders(now: number): TasteOrder[] {
  const random = createSeededRandom(7);
  return (["tea", "tools"] as const).flatMap((taste) =>
    Array.from({ length: customersPerTaste }, (_, customer) => {
      const customerId = tasteCustomer(taste, customer);
      const liked = random.shuffle(tasteItems.filter(({ id }) => tasteOf(id) === taste)).slice(0, 6);
      return Array.from({ length: ordersPerCustomer }, (_, order): TasteOrder => {
        const orderId = `${customerId}-order-${order}`;
        return {
          customerId,
          taste,
          message: {
            type: "track",
            event: "Order Completed",
            messageId: orderId,
            userId: customerId,
            timestamp: new Date(now - (order * 7 + random.int(5) + 1) * dayMs).toISOString(),
            properties: {
              order_id: orderId,
              currency: "EUR",
              products: liked.slice(order * 2, order * 2 + 2).map(({ id, title, price }) => ({ product_id: id, name: title, price, quantity: 1 })),
            },
          },
        };
      });
    }).flat(),
  );
}
