import type { EpochMs, FreshId } from "#domain/clock.ts";
import type { EventLine, EventType } from "#domain/event.ts";
import type { ItemId, MessageId, OrderId, RecommendationId, SessionId } from "#domain/ids.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import { isPurpose, type Purpose } from "#domain/purpose.ts";
import type { IncomingMessage, SeenItem } from "#ingestion/message.ts";
import { type Fields, isRecord, numberOf, personNameOf, textOf, timeOf } from "./decode-fields.ts";

/** Segment's e-commerce events (spec v2) and what they mean here; every other name is kept as custom. */
const typeByName: Readonly<Record<string, EventType>> = {
  "product viewed": "view",
  "product clicked": "click",
  "product added": "cart-add",
  "product removed": "cart-remove",
  "product added to wishlist": "wishlist",
  "products searched": "search",
  "order completed": "purchase",
  "order refunded": "return",
  "order cancelled": "return",
  "recommendation clicked": "click",
  "recommendation dismissed": "dismiss",
};

export const messageTypes = ["track", "identify", "page", "screen", "group", "alias"] as const;
export type MessageType = (typeof messageTypes)[number];

/** Longest message in characters of JSON, as Segment has it. */
const maxMessageLength = 32 * 1024;

/** A skew under this is network, not a wrong clock. */
const tolerableSkewMs = 5_000;

function isSmallEnough(message: Fields): boolean {
  try {
    return JSON.stringify(message).length <= maxMessageLength;
  } catch {
    // Tens of thousands of levels: no event is like that.
    return false;
  }
}

function lineOf(product: Fields): { line: EventLine; seen: SeenItem } | null {
  const id = textOf(product, "product_id", "productId", "sku", "id", "item_id");
  if (id === null) return null;
  const itemId = id as ItemId;
  const price = numberOf(product, "price");
  return {
    line: { itemId, quantity: numberOf(product, "quantity") ?? 1, unitPrice: price },
    seen: { itemId, title: textOf(product, "name", "title"), category: textOf(product, "category"), brand: textOf(product, "brand"), price },
  };
}

function stampedConsentOf(context: Fields): IncomingMessage["stampedConsent"] {
  if (!Object.hasOwn(context, "consent")) return null;
  const { consent } = context;
  if (!isRecord(consent) || !isRecord(consent.categoryPreferences)) return "malformed";
  const stamped = new Map<Purpose, boolean>();
  for (const [category, allowed] of Object.entries(consent.categoryPreferences)) {
    if (typeof allowed !== "boolean") return "malformed";
    if (isPurpose(category)) stamped.set(category, allowed);
  }
  return stamped;
}

function occurredAtOf(message: Fields, sentAt: unknown, receivedAt: EpochMs): number | null {
  const given = message.timestamp ?? message.originalTimestamp;
  if (given === undefined || given === null) return receivedAt;
  const time = timeOf(given);
  const sent = timeOf(sentAt);
  if (time === null || sent === null) return time;
  const skew = receivedAt - sent;
  return Math.abs(skew) > tolerableSkewMs ? time + skew : time;
}

/**
 * One message of the Segment wire as a message of this house. Traits, addresses, pages and search words are left
 * behind here: nothing in Rapport has a use for them.
 */
export function decodeSegment(
  message: unknown,
  type: MessageType,
  envelope: { readonly context: Fields; readonly sentAt: unknown },
  at: { readonly receivedAt: EpochMs; readonly freshId: FreshId },
): Result<IncomingMessage> {
  if (!isRecord(message)) return refuse("EVENT_INVALID", "a message is not an object");
  if (!isSmallEnough(message)) return refuse("EVENT_TOO_LARGE", "more than 32 KB, or nested without end");
  for (const field of ["messageId", "event", "name"] as const) {
    const value = message[field];
    if (value !== undefined && value !== null && typeof value !== "string") return refuse("EVENT_INVALID", `${field} is not a text`);
  }
  for (const field of ["userId", "anonymousId", "previousId"] as const) {
    const value = message[field];
    if (value !== undefined && value !== null && typeof value !== "string" && !Number.isSafeInteger(value))
      return refuse("EVENT_INVALID", `${field} is not a text`);
  }
  if (type === "track" && textOf(message, "event") === null) return refuse("EVENT_INVALID", "event, its name, is missing");
  const properties = message.properties ?? {};
  if (!isRecord(properties)) return refuse("EVENT_INVALID", "properties is not an object");
  const context = { ...envelope.context, ...(isRecord(message.context) ? message.context : {}) };

  const occurredAt = occurredAtOf(message, message.sentAt ?? envelope.sentAt, at.receivedAt);
  if (occurredAt === null) return refuse("EVENT_TIME_INVALID", "timestamp");

  const name = type === "track" ? textOf(message, "event")! : type;
  const eventType =
    type === "track"
      ? (typeByName[name.toLowerCase()] ?? "custom")
      : type === "alias" || type === "identify"
        ? "identify"
        : type === "group"
          ? "custom"
          : "page";
  const listed = properties.products;
  if (listed !== undefined && listed !== null && !Array.isArray(listed)) return refuse("EVENT_INVALID", "products is not a list");
  const products = (listed ?? []) as unknown[];
  const found: { line: EventLine; seen: SeenItem }[] = [];
  // Lists of products that were merely on a page say nothing about liking any of them.
  if (type === "track" && eventType !== "custom" && eventType !== "search") {
    for (const [index, product] of products.entries()) {
      const line = isRecord(product) ? lineOf(product) : null;
      if (line === null) return refuse("EVENT_INVALID", `products[${index}] has no product_id`);
      found.push(line);
    }
    const single = products.length === 0 ? lineOf(properties) : null;
    if (single !== null) found.push(single);
    if (found.length === 0 && eventType !== "return")
      return refuse("EVENT_INVALID", `${name} names no product (properties.product_id or properties.products)`);
  }
  const recommendationId = textOf(properties, "recommendation_id", "recommendationId") ?? firstRecommendation(products);
  return succeed({
    names: personNameOf(message.userId, type === "alias" ? message.previousId : message.anonymousId),
    event: {
      messageId: (textOf(message, "messageId") ?? at.freshId()) as MessageId,
      type: eventType,
      name,
      occurredAt,
      lines: found.map(({ line }) => line),
      orderId: textOf(properties, "order_id", "orderId") as OrderId | null,
      sessionId: textOf(context, "sessionId") as SessionId | null,
      recommendationId: recommendationId as RecommendationId | null,
      currency: /^[A-Z]{3}$/.test(String(properties.currency)) ? (properties.currency as string) : null,
    },
    seenItems: found.map(({ seen }) => seen),
    linksNames: type === "identify" || type === "alias",
    stampedConsent: stampedConsentOf(context),
    basis: "consent",
  });
}

function firstRecommendation(products: readonly unknown[]): string | null {
  for (const product of products) {
    const id = isRecord(product) ? textOf(product, "recommendation_id", "recommendationId") : null;
    if (id !== null) return id;
  }
  return null;
}
