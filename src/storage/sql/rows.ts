import type { ConsentDecision, ConsentProof, ConsentSource } from "#domain/consent.ts";
import { type EventLine, type EventType, eventTypes, type Impression, type LoggedEvent } from "#domain/event.ts";
import type { ItemId, MessageId, OrderId, PersonId, RecommendationId, SessionId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { Tables } from "./schema.ts";

// Between rows and words. Lines are kept as arrays, not records: a log of millions of them is mostly field names otherwise.

type StoredLine = readonly [itemId: string, quantity: number, unitPrice: number | null];

export function linesToText(lines: readonly EventLine[]): string {
  return JSON.stringify(lines.map((line): StoredLine => [line.itemId, line.quantity, line.unitPrice]));
}

/** Throws where a row was damaged; the message names the field and quotes nothing. */
export function linesFromText(text: string): EventLine[] {
  const lines = parsed(text, "lines");
  if (!Array.isArray(lines)) throw new Error("lines is damaged");
  return lines.map((line: unknown) => {
    const [itemId, quantity, unitPrice] = Array.isArray(line) ? (line as unknown as StoredLine) : [];
    if (typeof itemId !== "string" || !Number.isFinite(quantity) || (unitPrice !== null && !Number.isFinite(unitPrice)))
      throw new Error("lines is damaged");
    return { itemId: itemId as ItemId, quantity: quantity!, unitPrice: unitPrice! };
  });
}

function parsed(text: string, field: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${field} is damaged`);
  }
}

export function refusedToText(purposes: readonly Purpose[]): string {
  return purposes.length === 0 ? "" : `,${purposes.join(",")},`;
}

function refusedFromText(text: string): Purpose[] {
  return text.split(",").filter((part) => part !== "") as Purpose[];
}

const knownTypes: ReadonlySet<string> = new Set(eventTypes);
/** No clock was ever that wrong; what is counted by days would count to it. */
const latestTimeMs = Date.UTC(2200, 0, 1);

type EventRow = Omit<Tables["log"], "seq" | "shop_id"> & { seq: number };

/** The events that can be read; of the others `onDamaged` is told. One damaged row shall not hide all the rest. */
export function readableEvents(rows: readonly EventRow[], onDamaged?: (seq: number, personId: PersonId, reason: string) => void): LoggedEvent[] {
  return rows.flatMap((row) => {
    try {
      return [eventFromRow(row)];
    } catch (error) {
      onDamaged?.(row.seq, row.person_id as PersonId, error instanceof Error ? error.message : "unreadable");
      return [];
    }
  });
}

/** Throws where the row was damaged. */
export function eventFromRow(row: EventRow): LoggedEvent {
  if (row.type === null || !knownTypes.has(row.type)) throw new Error("type is damaged");
  if (!(row.occurred_at >= 0 && row.occurred_at < latestTimeMs)) throw new Error("occurred_at is damaged");
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
    impression: row.impression === null ? null : (parsed(row.impression, "impression") as Impression),
  };
}

/** Instead of yes (1) or no (0): nothing is in force any more, as if nobody had ever been asked. */
export const undecided = -1;

function proofFromText(text: string | null): ConsentProof | null {
  try {
    return text === null ? null : (JSON.parse(text) as ConsentProof);
  } catch {
    // What proves a decision was damaged; that it was made was not.
    return null;
  }
}

export function decisionFromRow(row: Omit<Tables["consents"], "shop_id" | "seq" | "own" | "expires_at" | "proof"> & DecisionExtras): ConsentDecision {
  return {
    personId: row.person_id as PersonId,
    purpose: row.purpose as Purpose,
    granted: row.granted === 1,
    at: row.at,
    source: row.source as ConsentSource,
    notice: row.notice,
    how: row.how,
    ...(row.expires_at == null ? {} : { expiresAt: row.expires_at }),
    ...(row.proof == null ? {} : { proof: proofFromText(row.proof) }),
  };
}

/** Columns that came with schema step 0012. */
type DecisionExtras = { readonly expires_at?: number | null; readonly proof?: string | null };
export const decisionExtras = ({ expiresAt, proof }: Pick<ConsentDecision, "expiresAt" | "proof">) => ({
  expires_at: expiresAt ?? null,
  proof: proof == null ? null : JSON.stringify(proof),
});

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
