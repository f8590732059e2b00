/** How a field is kept in Parquet; JSON: a list or record, as text where a cell can hold nothing else. */
export type ColumnKind = "text" | "time" | "integer" | "number" | "boolean" | "json";
export type ExportColumns = Readonly<Record<string, ColumnKind>>;
export type ExportRecord = Readonly<Record<string, unknown>>;

export const exportKinds = ["events", "customers", "items"] as const;
export type ExportKind = (typeof exportKinds)[number];

const person = { customerId: "text", anonymousId: "text", deviceLetGoAt: "time", deviceInHandsOf: "text" } as const;

/** What an export of each kind consists of, in the order of its columns. Names that are dropped here are still read. */
export const exportColumns = {
  events: {
    position: "integer",
    kind: "text",
    messageId: "text",
    ...person,
    type: "text",
    name: "text",
    occurredAt: "time",
    receivedAt: "time",
    lines: "json",
    orderId: "text",
    sessionId: "text",
    recommendationId: "text",
    currency: "text",
    refused: "json",
    impression: "json",
    purpose: "text",
    granted: "boolean",
    decidedAt: "time",
    decidedBy: "text",
    notice: "text",
    how: "text",
    expiresAt: "time",
    proof: "json",
    derived: "boolean",
    follows: "text",
    targets: "json",
    linkedCustomerId: "text",
    holds: "boolean",
    unresolved: "json",
  },
  customers: { ...person, belongsTo: "text", firstSeenAt: "time", lastSeenAt: "time", events: "integer", consents: "json" },
  items: {
    itemId: "text",
    title: "text",
    description: "text",
    categories: "json",
    brand: "text",
    price: "number",
    currency: "text",
    stock: "integer",
    available: "boolean",
    url: "text",
    imageUrl: "text",
    attributes: "json",
    releasedAt: "time",
    source: "text",
    createdAt: "time",
    updatedAt: "time",
    feed: "text",
  },
} as const satisfies Readonly<Record<ExportKind, ExportColumns>>;

/** What a file holds, told by the names of its columns. */
export function kindOfColumns(names: readonly string[]): ExportKind | null {
  const has = (...wanted: string[]) => wanted.every((name) => names.includes(name));
  if (has("messageId", "kind", "occurredAt")) return "events";
  if (has("consents", "customerId", "anonymousId")) return "customers";
  if (has("itemId", "title", "available")) return "items";
  return null;
}
