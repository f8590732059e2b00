import { createHash } from "node:crypto";
import type { EventLine, EventType } from "#domain/event.ts";
import type { MessageId, OrderId, PersonId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import type { IncomingMessage } from "../message.ts";
import type { ShopOrder, ShopReturn } from "./shop-content.ts";

/** Hashed, because platforms' ids may be long and the parts must not run into each other. */
export function hashOf(...parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}

/** All of an order that is stored: when this is the same, the order is. */
export function digestOf(order: ShopOrder, personId: PersonId): string {
  const lines = order.lines.map(({ itemId, quantity, unitPrice }) => [itemId, quantity, unitPrice]);
  return hashOf(personId, order.state, order.placedAt, order.currency, lines);
}

function message(
  names: PersonName,
  event: {
    messageId: string;
    type: EventType;
    name: string;
    occurredAt: number;
    lines: readonly EventLine[];
    orderId: OrderId;
    currency: string | null;
  },
  seenItems: IncomingMessage["seenItems"] = [],
): IncomingMessage {
  const lines = event.lines.map(({ itemId, quantity, unitPrice }) => ({ itemId, quantity, unitPrice }));
  return {
    names,
    event: { ...event, messageId: event.messageId as MessageId, lines, sessionId: null, recommendationId: null },
    seenItems,
    linksNames: false,
    stampedConsent: null,
    basis: "order-record",
  };
}

/**
 * The order was placed, or is another than it was: then it is told at the time of the change, because of several
 * statements the latest holds. The message's id follows from what it says: twice the same is one message.
 */
export function placedMessage(order: ShopOrder, digest: string, before: { readonly changedAt: number } | undefined): IncomingMessage {
  return message(
    order.names,
    {
      messageId: `order:${hashOf(order.orderId, order.changedAt, digest)}`,
      type: "purchase",
      name: before === undefined ? "Order Completed" : "Order Updated",
      occurredAt: before === undefined ? order.placedAt : Math.max(order.changedAt, before.changedAt + 1, order.placedAt + 1),
      lines: order.lines,
      orderId: order.orderId,
      currency: order.currency,
    },
    order.lines.map(({ seen }) => seen),
  );
}

/** All of the order is off: it was cancelled, or what was left of it came back. It names no lines, which means all. */
export function undoneMessage(
  order: Pick<ShopOrder, "orderId" | "names" | "changedAt" | "currency">,
  how: "cancelled" | "refunded",
): IncomingMessage {
  return message(order.names, {
    messageId: `order-off:${hashOf(order.orderId, order.names, order.changedAt, how)}`,
    type: "return",
    name: how === "cancelled" ? "Order Cancelled" : "Order Refunded",
    occurredAt: order.changedAt,
    lines: [],
    orderId: order.orderId,
    currency: order.currency,
  });
}

/** Part of the order came back. */
export function returnMessage(names: PersonName, orderId: OrderId, currency: string | null, part: ShopReturn): IncomingMessage {
  return message(names, {
    messageId: `return:${hashOf(orderId, part.returnId)}`,
    type: "return",
    name: "Order Refunded",
    occurredAt: part.at,
    lines: part.lines,
    orderId,
    currency,
  });
}
