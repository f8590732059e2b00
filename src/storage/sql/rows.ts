import type { ConsentDecision, ConsentSource } from "#domain/consent.ts";
import type { EventLine, EventType, Impression, LoggedEvent } from "#domain/event.ts";
import type { ItemId, MessageId, OrderId, PersonId, RecommendationId, SessionId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { Tables } from "./schema.ts";

// Between rows and words. Lines are kept as arrays, not records: a log of millions of them is mostly field names otherwise.

type StoredLine = readonly [itemId: string, quantity: number, unitPrice: number | null];

export function linesToText(lines: readonly EventLine[]): string {
  return JSON.stringify(lines.map((line): StoredLine => [line.itemId, line.quantity, line.unitPrice]));
}

export function linesFromText(text: string): EventLine[] {
  return (JSON.parse(text) as StoredLine[]).map(([itemId, quantity, unitPrice]) => ({ itemId: itemId as ItemId, quantity, unitPrice }));
}

export function refusedToText(purposes: readonly Purpose[]): string {
  return purposes.length === 0 ? "" : `,${purposes.join(",")},`;
}

function refusedFromText(text: string): Purpose[] {
  return text.split(",").filter((part) => part !== "") as Purpose[];
}

export function eventFromRow(row: Omit<Tables["log"], "seq" | "shop_id"> & { seq: number }): LoggedEvent {
  return {
    seq: row.seq,
    personId: row.person_id as PersonId,
    messageId: row.message_id as MessageId,
    type: row.type as EventType,
    name: row.name,
    occurredAt: row.occurred_at,
    receivedAt: row.received_at,
    lines: linesFromText(row.lines),
    orderId: row.order_id as OrderId | null,
    sessionId: row.session_id as SessionId | null,
    recommendationId: row.recommendation_id as RecommendationId | null,
    currency: row.currency,
    refused: refusedFromText(row.refused),
    impression: row.impression === null ? null : (JSON.parse(row.impression) as Impression),
  };
}

/** Instead of yes (1) or no (0): nothing is in force any more, as if nobody had ever been asked. */
export const undecided = -1;

export function decisionFromRow(row: Omit<Tables["consents"], "shop_id" | "seq" | "own">): ConsentDecision {
  return {
    personId: row.person_id as PersonId,
    purpose: row.purpose as Purpose,
    granted: row.granted === 1,
    at: row.at,
    source: row.source as ConsentSource,
    notice: row.notice,
    how: row.how,
  };
}

const noAttributes: CatalogueItem["attributes"] = Object.freeze({});

export function itemFromRow(row: Omit<Tables["items"], "shop_id" | "feed_id">): CatalogueItem {
  return {
    itemId: row.item_id as ItemId,
    title: row.title,
    description: row.description,
    categories: JSON.parse(row.categories) as string[],
    brand: row.brand,
    price: row.price,
    currency: row.currency,
    stock: row.stock,
    available: row.available === 1,
    url: row.url,
    imageUrl: row.image_url,
    attributes: row.attributes === "{}" ? noAttributes : (JSON.parse(row.attributes) as Record<string, unknown>),
    releasedAt: row.released_at,
    source: row.source as CatalogueItem["source"],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function itemToRow(shopId: string, item: CatalogueItem): Tables["items"] {
  return {
    shop_id: shopId,
    item_id: item.itemId,
    title: item.title,
    description: item.description,
    categories: JSON.stringify(item.categories),
    brand: item.brand,
    price: item.price,
    currency: item.currency,
    stock: item.stock,
    available: item.available ? 1 : 0,
    url: item.url,
    image_url: item.imageUrl,
    attributes: JSON.stringify(item.attributes),
    released_at: item.releasedAt,
    source: item.source,
    created_at: item.createdAt,
    updated_at: item.updatedAt,
    feed_id: null,
  };
}
