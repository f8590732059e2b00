import { type ConsentProof, consentSources } from "#domain/consent.ts";
import { type EventLine, eventTypes, type Impression } from "#domain/event.ts";
import type { ItemId, MessageId, OrderId, PersonId, RecommendationId, SessionId, ShopId } from "#domain/ids.ts";
import { decidable, type Purpose, purposes } from "#domain/purpose.ts";
import type { PersonIds } from "#privacy/person-ids.ts";
import type { RestoredEntry, StoredDecision } from "#storage/ports/transfer-store.ts";
import type { LogEntry, NameOf } from "#storage/ports.ts";
import type { ExportRecord } from "./columns.ts";
import type { FindPerson, PersonWords } from "./person-words.ts";
import { type Fields, fieldsOf, refuseRow } from "./record-fields.ts";

const kinds = ["event", "consent", "retract", "link", "cut", "unlink"] as const satisfies readonly LogEntry["kind"][];

export function personWordsIn(fields: Fields): PersonWords {
  return {
    customerId: fields.id("customerId"),
    anonymousId: fields.id("anonymousId"),
    deviceLetGoAt: fields.time("deviceLetGoAt"),
    deviceInHandsOf: fields.id("deviceInHandsOf"),
  };
}

/** A row of an export as the entry of the log that it was. Throws RowRefused. */
export async function entryOfRecord(
  shopId: ShopId,
  record: ExportRecord,
  deps: { readonly findPerson: FindPerson; readonly personIds: PersonIds },
): Promise<RestoredEntry> {
  const fields = fieldsOf(record);
  const kind = fields.must("kind", fields.oneOf("kind", kinds));
  const occurredAt = fields.must("occurredAt", fields.time("occurredAt"));
  const receivedAt = fields.time("receivedAt") ?? occurredAt;
  const derived = fields.boolean("derived") === true;
  const messageId = derived ? ("" as MessageId) : (fields.must("messageId", fields.id("messageId")) as MessageId);
  const unresolved = unresolvedIn(fields.value("unresolved"));
  if (unresolved !== null || (kind === "link" && fields.boolean("holds") === false)) {
    // It changed nothing where it comes from: it stays on record, and changes nothing here.
    const found = unresolved ?? (await inertLink(shopId, fields, deps));
    return { as: "inert", kind, messageId, name: fields.text("name") ?? "", occurredAt, receivedAt, ...found };
  }
  const name = await personIn(fields, deps.findPerson);
  switch (kind) {
    case "event":
      return { as: "entry", entry: { kind, name, event: eventIn(fields, messageId, occurredAt, receivedAt) } };
    case "consent": {
      const decision = decisionIn(fields, occurredAt, !derived);
      if (derived) {
        const cause = fields.text("follows") as MessageId | null;
        return { as: "follows", cause, personId: name.personId, decision, occurredAt, receivedAt };
      }
      const lapses = lapseOf(decision);
      const granted = decision.granted ?? (lapses === null ? refuseRow("a decision that is neither yes nor no") : false);
      const { own: _, ...rest } = decision;
      const entry: LogEntry = { kind, messageId, name, decision: { ...rest, personId: name.personId, granted } };
      return { as: "entry", entry: lapses === null ? entry : { ...entry, lapses } };
    }
    case "retract": {
      const targets = fields
        .list("targets")
        .map((target) => (typeof target === "string" ? (target as MessageId) : refuseRow("targets are no texts")));
      return { as: "entry", entry: { kind, messageId, name, targets, at: occurredAt } };
    }
    case "cut": {
      const base = await deps.personIds.letGo(shopId, name, occurredAt);
      return { as: "entry", entry: { kind, messageId, name, base, at: occurredAt } };
    }
    case "unlink": {
      const root = await rootIn(shopId, fields, deps.personIds);
      return { as: "entry", entry: { kind, messageId, name, rootId: root.personId, at: occurredAt } };
    }
    case "link": {
      const root = await rootIn(shopId, fields, deps.personIds);
      return { as: "entry", entry: { kind, messageId, name, root, device: await deviceOf(shopId, name, root, deps.personIds), at: occurredAt } };
    }
  }
}

async function personIn(fields: Fields, findPerson: FindPerson): Promise<NameOf> {
  return (await findPerson(personWordsIn(fields))) ?? refuseRow("nobody is named");
}

async function rootIn(shopId: ShopId, fields: Fields, personIds: PersonIds): Promise<NameOf> {
  return personIds.of(shopId, "customer", fields.must("linkedCustomerId", fields.id("linkedCustomerId")));
}

async function deviceOf(shopId: ShopId, base: NameOf, root: NameOf, personIds: PersonIds) {
  if (base.kind === "customer") return null;
  const device = await personIds.of(shopId, "anonymous", base.externalId);
  return { deviceId: device.personId, session: await personIds.inHands(shopId, base, root.personId) };
}

async function inertLink(
  shopId: ShopId,
  fields: Fields,
  { findPerson, personIds }: { readonly findPerson: FindPerson; readonly personIds: PersonIds },
) {
  const name = await personIn(fields, findPerson);
  const root = await rootIn(shopId, fields, personIds);
  const device = await deviceOf(shopId, name, root, personIds);
  const detail = { root: root.personId, base: name.personId, session: device?.session.personId ?? null };
  return { personId: device?.deviceId ?? name.personId, detail };
}

function unresolvedIn(value: unknown): { personId: PersonId; detail: Record<string, unknown> | null } | null {
  if (value === null) return null;
  const { personId, detail } = value as { personId?: unknown; detail?: unknown };
  if (typeof personId !== "string" || (detail !== null && typeof detail !== "object")) return refuseRow("unresolved is not readable");
  return { personId: personId as PersonId, detail: detail as Record<string, unknown> | null };
}

function purposesIn(values: readonly unknown[]): Purpose[] {
  return values.map((value) =>
    typeof value === "string" && (purposes as readonly string[]).includes(value) ? (value as Purpose) : refuseRow("no purpose"),
  );
}

function eventIn(fields: Fields, messageId: MessageId, occurredAt: number, receivedAt: number) {
  return {
    messageId,
    type: fields.must("type", fields.oneOf("type", eventTypes)),
    name: fields.text("name") ?? "",
    occurredAt,
    receivedAt,
    lines: fields.list("lines").map(lineOf),
    orderId: fields.text("orderId") as OrderId | null,
    sessionId: fields.text("sessionId") as SessionId | null,
    recommendationId: fields.text("recommendationId") as RecommendationId | null,
    currency: fields.text("currency"),
    refused: purposesIn(fields.list("refused")),
    impression: impressionOf(fields.value("impression")),
  };
}

function lineOf(value: unknown): EventLine {
  const { itemId, quantity, unitPrice = null } = (value ?? {}) as { itemId?: unknown; quantity?: unknown; unitPrice?: unknown };
  const isPrice = unitPrice === null || (typeof unitPrice === "number" && Number.isFinite(unitPrice));
  if (typeof itemId !== "string" || itemId === "" || typeof quantity !== "number" || !Number.isFinite(quantity) || !isPrice)
    return refuseRow("a line is not readable");
  return { itemId: itemId as ItemId, quantity, unitPrice: unitPrice as number | null };
}

function impressionOf(value: unknown): Impression | null {
  if (value === null) return null;
  const found = value as Partial<Record<keyof Impression, unknown>>;
  const isWhole = typeof found.surface === "string" && typeof found.model === "string" && Array.isArray(found.propensities);
  return isWhole ? (found as Impression) : refuseRow("impression is not readable");
}

/** Nothing is decided any more from there on: its time had run out, or what it was about had changed. */
const lapseOf = ({ granted, how }: StoredDecision) => (granted === null && (how === "expired" || how === "notice-changed") ? how : null);

/** What proves a decision is kept as it came, if it is a record at all. */
export function proofIn(value: unknown): ConsentProof | null {
  const found = typeof value === "string" ? parsed(value) : value;
  return typeof found === "object" && found !== null && !Array.isArray(found) ? (found as ConsentProof) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function decisionIn(fields: Fields, occurredAt: number, own: boolean): StoredDecision {
  return {
    purpose: fields.must("purpose", fields.oneOf("purpose", decidable)),
    granted: fields.boolean("granted"),
    at: fields.time("decidedAt") ?? occurredAt,
    source: fields.must("decidedBy", fields.oneOf("decidedBy", consentSources)),
    notice: fields.text("notice"),
    how: fields.text("how"),
    expiresAt: fields.time("expiresAt"),
    proof: proofIn(fields.value("proof")),
    own,
  };
}
