import type { EpochMs, FreshId } from "#domain/clock.ts";
import type { EventLine, EventType } from "#domain/event.ts";
import type { ItemId, MessageId, OrderId, RecommendationId, SessionId } from "#domain/ids.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import type { IncomingMessage, SeenItem } from "#ingestion/message.ts";
import { type Fields, isRecord, numberOf, personNameOf, textOf, timeOf } from "./decode-fields.ts";
import { isSurelyWithin } from "./json-size.ts";
import { decisionsOf, stampedConsentOf } from "./segment-consent.ts";
import { isBadRating, knownEventOf } from "./segment-events.ts";

export const messageTypes = ["track", "identify", "page", "screen", "group", "alias"] as const;
export type MessageType = (typeof messageTypes)[number];

/** Largest message in bytes of JSON, as Segment has it. */
const maxMessageBytes = 32 * 1024;

const typeOfCall: Readonly<Record<MessageType, EventType>> = {
  track: "custom",
  identify: "identify",
  alias: "identify",
  page: "page",
  screen: "page",
  group: "custom",
};

/** A skew under this is network, not a wrong clock. */
const tolerableSkewMs = 5_000;

function isSmallEnough(message: Fields): boolean {
  if (isSurelyWithin(message, maxMessageBytes)) return true;
  try {
    return Buffer.byteLength(JSON.stringify(message)) <= maxMessageBytes;
  } catch {
    // Tens of thousands of levels: no event is like that.
    return false;
  }
}

type Found = { readonly line: EventLine; readonly seen: SeenItem };

const idFields = ["product_id", "productId", "sku", "id", "item_id"] as const;

function foundIn(product: Fields, type: EventType, idsIn: readonly string[] = idFields): Found | null {
  const id = textOf(product, ...idsIn);
  if (id === null) return null;
  const itemId = id as ItemId;
  const price = numberOf(product, "price");
  const quantity = numberOf(product, "quantity") ?? 1;
  return {
    line: { itemId, ...countedAs(type, quantity, price) },
    seen: {
      itemId,
      title: textOf(product, "name", "title"),
      category: textOf(product, "category"),
      brand: textOf(product, "brand"),
      price: price !== null && price >= 0 ? price : null,
    },
  };
}

/**
 * An order is a record: what cannot be true in it is refused later on. What is given back may be counted below zero.
 * For the rest the number is beside the point: a basket line set to 0 was still touched.
 */
function countedAs(type: EventType, quantity: number, price: number | null): { quantity: number; unitPrice: number | null } {
  if (type === "purchase") return { quantity, unitPrice: price };
  if (type === "return") return { quantity: Math.abs(quantity) || 1, unitPrice: price === null ? null : Math.abs(price) };
  return { quantity: quantity > 0 ? quantity : 1, unitPrice: price !== null && price >= 0 ? price : null };
}

/** The products of an event; null when there is a fault that makes the event useless. */
function productsOf(properties: Fields, type: EventType, items: "required" | "told"): Result<readonly Found[]> {
  const listed = properties.products ?? [];
  if (!Array.isArray(listed)) return items === "told" && type === "custom" ? succeed([]) : refuse("EVENT_INVALID", "products is not a list");
  const found: Found[] = [];
  for (const [index, product] of listed.entries()) {
    const one = isRecord(product) ? foundIn(product, type) : null;
    if (one !== null) found.push(one);
    else if (type !== "custom") return refuse("EVENT_INVALID", `products[${index}] has no product_id`);
  }
  if (listed.length > 0) return succeed(found);
  // By itself, "id" in an order is the order's.
  const single = foundIn(properties, type, type === "purchase" || type === "return" ? idFields.filter((name) => name !== "id") : idFields);
  return succeed(single === null ? [] : [single]);
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
  const known = type === "track" ? knownEventOf(name) : null;
  let eventType = known?.type ?? typeOfCall[type];
  let found: readonly Found[] = [];
  if (known !== null && known.items !== "none") {
    const products = productsOf(properties, eventType, known.items);
    if (!products.ok) return products;
    found = products.value;
    if (found.length === 0 && known.items === "required") {
      if (known.name !== "Order Updated")
        return refuse("EVENT_INVALID", `${known.name} names no product (properties.product_id or properties.products)`);
      // Its state has changed and not what is in it.
      eventType = "custom";
    }
  }
  if (known?.name === "Product Reviewed" && isBadRating(numberOf(properties, "rating"))) eventType = "dismiss";
  const isOrder = eventType === "purchase" || eventType === "return";
  const stampedConsent = stampedConsentOf(context);
  const decides = decisionsOf(known?.name ?? null, stampedConsent);
  const recommendationId = textOf(properties, "recommendation_id", "recommendationId") ?? firstRecommendation(properties.products);
  return succeed({
    names: personNameOf(message.userId, type === "alias" ? message.previousId : message.anonymousId),
    event: {
      messageId: (textOf(message, "messageId") ?? at.freshId()) as MessageId,
      type: eventType,
      name: known?.name ?? name,
      occurredAt,
      lines: found.map(({ line }) => line),
      orderId: textOf(properties, "order_id", "orderId", ...(isOrder ? ["id"] : [])) as OrderId | null,
      sessionId: textOf(context, "sessionId") as SessionId | null,
      recommendationId: recommendationId as RecommendationId | null,
      currency: currencyOf(properties),
    },
    seenItems: found.map(({ seen }) => seen),
    linksNames: type === "identify" || type === "alias",
    stampedConsent,
    ...(decides === null ? {} : { decides }),
    basis: "consent",
  });
}

function currencyOf(properties: Fields): string | null {
  const { currency } = properties;
  return typeof currency === "string" && /^[a-z]{3}$/i.test(currency) ? currency.toUpperCase() : null;
}

function firstRecommendation(products: unknown): string | null {
  for (const product of Array.isArray(products) ? products : []) {
    const id = isRecord(product) ? textOf(product, "recommendation_id", "recommendationId") : null;
    if (id !== null) return id;
  }
  return null;
}
