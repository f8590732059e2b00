import { type Insertable, sql, type Transaction } from "kysely";
import type { EpochMs } from "#domain/clock.ts";
import type { LogSeq, MessageId, PersonId, ShopId } from "#domain/ids.ts";
import type { AppendOutcome, LogEntry, NameOf } from "../ports.ts";
import { chunk } from "./chunk.ts";
import { createConsentStore } from "./consents.ts";
import { type Dialect, rowsPerStatement } from "./dialect.ts";
import { prepareRaw, type RawRows } from "./raw-rows.ts";
import { linesToText, refusedToText } from "./rows.ts";
import type { Tables } from "./schema.ts";
import type { Consequences } from "./write-consequences.ts";
import { writeIdentity } from "./write-identity.ts";

type LogRow = Insertable<Tables["log"]>;

/** Statements of few lengths, so that those of full length are compiled once. */
const rowsAtOnce = 100;

const emptyEvent = {
  type: null,
  order_id: null,
  session_id: null,
  recommendation_id: null,
  currency: null,
  refused: "",
  lines: "[]",
  impression: null,
  detail: null,
};

function logRow(shopId: ShopId, entry: LogEntry): LogRow {
  switch (entry.kind) {
    case "event": {
      const { event } = entry;
      return {
        shop_id: shopId,
        kind: "event",
        person_id: entry.name.personId,
        message_id: event.messageId,
        type: event.type,
        name: event.name,
        occurred_at: event.occurredAt,
        received_at: event.receivedAt,
        order_id: event.orderId,
        session_id: event.sessionId,
        recommendation_id: event.recommendationId,
        currency: event.currency,
        refused: refusedToText(event.refused),
        lines: linesToText(event.lines),
        impression: event.impression === null ? null : JSON.stringify(event.impression),
        detail: null,
      };
    }
    case "consent": {
      const { decision } = entry;
      const name = `${decision.purpose}: ${decision.granted ? "yes" : "no"}`;
      const times = { occurred_at: decision.at, received_at: decision.at };
      return { ...emptyEvent, shop_id: shopId, kind: "consent", person_id: decision.personId, message_id: entry.messageId, name, ...times };
    }
    case "retract":
      return plain(shopId, entry, entry.name.personId, "taken back", entry.at, { targets: entry.targets });
    case "link": {
      const { root, device, name, at } = entry;
      const detail = { root: root.personId, base: name.personId, session: device?.session.personId ?? null };
      const personId = device?.deviceId ?? name.personId;
      return plain(shopId, entry, personId, device === null ? "customers merged" : "device linked", at, detail);
    }
    case "cut":
      return plain(shopId, entry, entry.name.personId, "device let go", entry.at, { base: entry.base.personId });
    case "unlink":
      return plain(shopId, entry, entry.name.personId, "link undone", entry.at, { root: entry.rootId });
  }
}

function plain(
  shopId: ShopId,
  { kind, messageId }: LogEntry & { messageId: MessageId },
  personId: PersonId,
  name: string,
  at: EpochMs,
  detail: object,
): LogRow {
  const times = { occurred_at: at, received_at: at };
  return { ...emptyEvent, shop_id: shopId, kind, person_id: personId, message_id: messageId, name, ...times, detail: JSON.stringify(detail) };
}

const columns = [
  "shop_id",
  "kind",
  "person_id",
  "message_id",
  "type",
  "name",
  "occurred_at",
  "received_at",
  "order_id",
  "session_id",
  "recommendation_id",
  "currency",
  "refused",
  "lines",
  "impression",
  "detail",
] as const satisfies readonly (keyof LogRow)[];

type Inserted = { readonly seq: number; readonly message_id: string };

/** The statement of each database, with its texts by number of rows. */
const inserts = new Map<Dialect, RawRows<Inserted>>();
function insertOf(dialect: Dialect): RawRows<Inserted> {
  let insert = inserts.get(dialect);
  if (insert === undefined) {
    insert = prepareRaw(
      dialect,
      columns.length,
      (places) => `insert into log (${columns.join(", ")}) values ${places} on conflict (shop_id, message_id) do nothing returning seq, message_id`,
    );
    inserts.set(dialect, insert);
  }
  return insert;
}

/**
 * Writes the entries and what follows from them (decisions in force, names, links) inside the caller's transaction.
 * Outcomes stand in the order of the entries; of two entries with one message id the first counts.
 */
export async function appendEntries(
  transaction: Transaction<Tables>,
  dialect: Dialect,
  shopId: ShopId,
  entries: readonly LogEntry[],
  consequences: Consequences = "derived",
): Promise<AppendOutcome[]> {
  const insert = insertOf(dialect);
  await dialect.lockLog(transaction, shopId);
  const seqByMessage = new Map<string, number>();
  const rows = entries.map((entry) => logRow(shopId, entry));
  const late = await givingWay(transaction, shopId, entries);
  for (const part of chunk(late.size === 0 ? rows : rows.filter((_, index) => !late.has(entries[index]!)), rowsAtOnce)) {
    const values: (string | number | null)[] = [];
    for (const row of part) for (const column of columns) values.push(row[column] ?? null);
    for (const row of await insert(transaction, values)) seqByMessage.set(row.message_id, row.seq);
  }
  const fresh: { entry: LogEntry; seq: number }[] = [];
  const outcomes = rows.map((row, index): AppendOutcome => {
    const seq = seqByMessage.get(row.message_id);
    if (seq === undefined) return { kind: "duplicate" };
    seqByMessage.delete(row.message_id);
    fresh.push({ entry: entries[index]!, seq });
    return { kind: "appended", seq: seq as LogSeq };
  });
  await writeNames(transaction, dialect, shopId, fresh);
  await writeDecisions(transaction, dialect, shopId, fresh);
  await writeRetractions(transaction, shopId, fresh);
  const refused = await writeIdentity(transaction, shopId, fresh, consequences);
  if (refused.size === 0) return outcomes;
  return outcomes.map((outcome) => {
    const limit = outcome.kind === "appended" ? refused.get(outcome.seq) : undefined;
    return limit === undefined ? outcome : { ...outcome, limit };
  });
}

const nothingGivesWay: ReadonlySet<LogEntry> = new Set();

/** Decisions heard in passing, where a no has been said since they were looked at. The log is locked: none can come between. */
async function givingWay(transaction: Transaction<Tables>, shopId: ShopId, entries: readonly LogEntry[]): Promise<ReadonlySet<LogEntry>> {
  const heard = entries.filter((entry) => entry.kind === "consent" && entry.yields === true);
  if (heard.length === 0) return nothingGivesWay;
  const decisions = heard.flatMap((entry) => (entry.kind === "consent" ? [{ entry, ...entry.decision }] : []));
  const states = await createConsentStore(transaction).current(shopId, [...new Set(decisions.map(({ personId }) => personId))]);
  const saidNo = ({ personId, purpose }: (typeof decisions)[number]) => {
    const now = states.get(personId)?.get(purpose);
    return now?.granted === false && now.source === "person";
  };
  return new Set(decisions.filter(saidNo).map(({ entry }) => entry));
}

async function writeNames(transaction: Transaction<Tables>, dialect: Dialect, shopId: ShopId, fresh: readonly { entry: LogEntry }[]): Promise<void> {
  const names = new Map<PersonId, NameOf>();
  for (const { entry } of fresh) {
    // Who is only named by a link has not been met.
    if ((entry.kind === "event" || entry.kind === "consent") && entry.name !== null) names.set(entry.name.personId, entry.name);
  }
  for (const part of chunk([...names.values()], 500)) {
    const personIds = part.map(({ personId }) => personId);
    // Nearly all have been met before, and to look is cheaper than to write.
    const met = await transaction
      .selectFrom("people")
      .select("person_id")
      .where("shop_id", "=", shopId)
      .where("person_id", "in", personIds)
      .where("met", "=", 1)
      .execute();
    for (const { person_id } of met) names.delete(person_id as PersonId);
  }
  const rows = [...names.values()].map((name) => ({
    shop_id: shopId,
    person_id: name.personId,
    kind: name.kind,
    external_id: name.externalId,
    root_id: name.personId,
    met: 1,
  }));
  for (const part of chunk(rows, rowsPerStatement(dialect, 6))) {
    await transaction
      .insertInto("people")
      .values(part)
      .onConflict((conflict) => conflict.columns(["shop_id", "person_id"]).doUpdateSet({ met: 1 }).where("people.met", "=", 0))
      .execute();
  }
}

async function writeDecisions(
  transaction: Transaction<Tables>,
  dialect: Dialect,
  shopId: ShopId,
  fresh: readonly { entry: LogEntry; seq: number }[],
): Promise<void> {
  const rows = fresh.flatMap(({ entry, seq }) => {
    if (entry.kind !== "consent") return [];
    const { personId, purpose, granted, at, source, notice, how } = entry.decision;
    return [
      { shop_id: shopId, person_id: personId, purpose, seq, granted: granted ? 1 : 0, at, source, notice, how, own: entry.name === null ? 0 : 1 },
    ];
  });
  for (const part of chunk(rows, rowsPerStatement(dialect, 10))) await transaction.insertInto("consents").values(part).execute();
}

/** Per event the first retraction holds; one that finds no event of this person before it takes nothing back. */
async function writeRetractions(transaction: Transaction<Tables>, shopId: ShopId, fresh: readonly { entry: LogEntry; seq: number }[]): Promise<void> {
  for (const { entry, seq } of fresh) {
    if (entry.kind !== "retract") continue;
    for (const targets of chunk(entry.targets, 500)) {
      await transaction
        .insertInto("retractions")
        .columns(["shop_id", "target_seq", "person_id", "seq"])
        .expression((from) =>
          from
            .selectFrom("log")
            .select(["shop_id", "log.seq as target_seq", "person_id", sql<number>`${sql.lit(seq)}`.as("seq")])
            .where("shop_id", "=", shopId)
            .where("message_id", "in", targets)
            .where("person_id", "=", entry.name.personId)
            .where("kind", "=", "event")
            .where("log.seq", "<", seq),
        )
        .onConflict((conflict) => conflict.columns(["shop_id", "person_id", "target_seq"]).doNothing())
        .execute();
    }
  }
}
