import type { EventLine } from "#domain/event.ts";
import type { AnonymousId, CustomerId, ItemId, MessageId, OrderId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import type { IncomingMessage, SeenItem } from "#ingestion/message.ts";
import type { OrderLine, ReadOrder } from "./read-orders.ts";

/** Whose order it is; an order without a customer has a guest of its own, who is nobody else. */
export function personOf(order: ReadOrder): PersonName {
  const [{ customer, key }] = order;
  if (customer !== null) return { customerId: customer as CustomerId, anonymousId: null };
  return { customerId: null, anonymousId: `guest:${key}` as AnonymousId };
}

/** One order as one message. Its id follows from the order alone, so that a second run is recognised. */
export function orderMessage(order: ReadOrder, currency: string | null): IncomingMessage {
  const [first] = order;
  return {
    names: personOf(order),
    event: {
      messageId: `${first.isReturn ? "return" : "order"}:${first.key}` as MessageId,
      type: first.isReturn ? "return" : "purchase",
      name: first.isReturn ? "Order Refunded" : "Order Completed",
      occurredAt: first.at,
      lines: mergeLines(order),
      orderId: first.orderId as OrderId | null,
      sessionId: null,
      recommendationId: null,
      currency: order.find((line) => line.currency !== null)?.currency ?? currency,
    },
    seenItems: seenItems(order),
    linksNames: false,
    stampedConsent: null,
    basis: "order-record",
  };
}

/** One line an item; its price is what one piece cost on average. */
function mergeLines(order: ReadOrder): readonly EventLine[] {
  return [...groupByItem(order)].map(([item, lines]) => {
    const priced = lines.filter((line) => line.price !== null);
    const paid = priced.reduce((sum, line) => sum + line.quantity * line.price!, 0);
    const pieces = priced.reduce((sum, line) => sum + line.quantity, 0);
    const unitPrice = priced.length === 0 ? null : priced.every((line) => line.price === priced[0]!.price) ? priced[0]!.price : paid / pieces;
    return { itemId: item as ItemId, quantity: lines.reduce((sum, line) => sum + line.quantity, 0), unitPrice };
  });
}

function seenItems(order: ReadOrder): readonly SeenItem[] {
  return [...groupByItem(order)].map(([item, lines]) => ({
    itemId: item as ItemId,
    title: lines[0]!.title,
    category: lines[0]!.category,
    brand: lines[0]!.brand,
    // What came back, or went out for nothing, does not tell the price.
    price: order[0].isReturn ? null : (lines.find((line) => line.price !== null && line.price > 0)?.price ?? null),
  }));
}

function groupByItem(order: ReadOrder): ReadonlyMap<string, readonly OrderLine[]> {
  return Map.groupBy(order, (line) => line.item);
}
