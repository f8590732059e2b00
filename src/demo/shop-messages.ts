import type { Deed, OrderLine } from "./live-as-customer.ts";
import type { ShelfItem } from "./stock-shelves.ts";

export type DemoMessage = {
  type: "track" | "page" | "identify";
  messageId: string;
  userId?: string;
  anonymousId?: string;
  timestamp: string;
  event?: string;
  name?: string;
  properties?: Record<string, unknown>;
  context?: Record<string, unknown>;
};

/** A deed as a shop's own tracking would report it: names and fields of the usual e-commerce events. */
export function messageOf(deed: Deed, customerId: string, messageId: string, currency: string): DemoMessage {
  const visitor = customerId.replace("C-", "");
  const [event, properties] = wordsFor(deed, visitor, currency);
  const envelope = {
    messageId,
    userId: customerId,
    timestamp: new Date(deed.at).toISOString(),
    properties,
    context: { sessionId: `visit-${visitor}-${deed.visit}` },
  };
  if (deed.kind === "browse") return { type: "page", name: event, ...envelope };
  return { type: "track", event, ...envelope };
}

function wordsFor(deed: Deed, visitor: string, currency: string): [event: string, properties: Record<string, unknown>] {
  switch (deed.kind) {
    case "browse":
      return ["Category", { category: deed.category }];
    case "search":
      return ["Products Searched", { query: deed.query }];
    case "view":
      return ["Product Viewed", { ...productOf(deed.thing), currency }];
    case "cart":
      return ["Product Added", { ...productOf(deed.thing), currency, quantity: 1 }];
    case "wish":
      return ["Product Added to Wishlist", { ...productOf(deed.thing), wishlist_name: "Someday" }];
    case "order":
    case "refund": {
      const name = deed.kind === "order" ? "Order Completed" : "Order Refunded";
      const products = deed.lines.map(({ thing, quantity }) => ({ ...productOf(thing), quantity }));
      return [name, { order_id: `ORD-${visitor}-${deed.order}`, total: totalOf(deed.lines), currency, products }];
    }
  }
}

function productOf({ item }: ShelfItem): Record<string, unknown> {
  return { product_id: item.id, name: item.title, category: item.categories.at(-1), brand: item.brand, price: item.price };
}

function totalOf(lines: readonly OrderLine[]): number {
  const cents = lines.reduce((sum, { thing, quantity }) => sum + Math.round(thing.item.price * 100) * quantity, 0);
  return cents / 100;
}
