import type { Insertable, Transaction } from "kysely";
import type { LogSeq, PersonId, ShopId } from "#domain/ids.ts";
import type { AppendOutcome, LogEntry, NameOf } from "../ports.ts";
import { chunk } from "./chunk.ts";
import { type Dialect, rowsPerStatement } from "./dialect.ts";
import { linesToText, refusedToText } from "./rows.ts";
import type { Tables } from "./schema.ts";

type LogRow = Insertable<Tables["log"]>;

const emptyEvent = {
  type: null,
  order_id: null,
  session_id: null,
  recommendation_id: null,
  currency: null,
  refused: "",
  lines: "[]",
  impression: null,
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
      };
    }
    case "consent": {
      const { decision } = entry;
      const name = `${decision.purpose}: ${decision.granted ? "yes" : "no"}`;
      const times = { occurred_at: decision.at, received_at: decision.at };
      return { ...emptyEvent, shop_id: shopId, kind: "consent", person_id: decision.personId, message_id: entry.messageId, name, ...times };
    }
    case "link": {
      const times = { occurred_at: entry.at, received_at: entry.at };
      return {
        ...emptyEvent,
        shop_id: shopId,
        kind: "link",
        person_id: entry.deviceId,
        message_id: entry.messageId,
        name: "device linked",
        ...times,
      };
    }
  }
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
): Promise<AppendOutcome[]> {
  await dialect.lockLog(transaction, shopId);
  const seqByMessage = new Map<string, number>();
  const rows = entries.map((entry) => logRow(shopId, entry));
  for (const part of chunk(rows, rowsPerStatement(dialect, 15))) {
    const inserted = await transaction
      .insertInto("log")
      .values(part)
      .onConflict((conflict) => conflict.columns(["shop_id", "message_id"]).doNothing())
      .returning(["seq", "message_id"])
      .execute();
    for (const row of inserted) seqByMessage.set(row.message_id, row.seq);
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
  for (const { entry } of fresh) if (entry.kind === "link") await writeLink(transaction, shopId, entry.deviceId, entry.root.personId);
  return outcomes;
}

async function writeNames(transaction: Transaction<Tables>, dialect: Dialect, shopId: ShopId, fresh: readonly { entry: LogEntry }[]): Promise<void> {
  const names = new Map<PersonId, NameOf>();
  for (const { entry } of fresh) {
    const name = entry.kind === "link" ? entry.root : entry.name;
    if (name !== null) names.set(name.personId, name);
  }
  const rows = [...names.values()].map((name) => ({
    shop_id: shopId,
    person_id: name.personId,
    kind: name.kind,
    external_id: name.externalId,
    root_id: name.personId,
  }));
  for (const part of chunk(rows, rowsPerStatement(dialect, 5))) {
    await transaction
      .insertInto("people")
      .values(part)
      .onConflict((conflict) => conflict.columns(["shop_id", "person_id"]).doNothing())
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
    return [{ shop_id: shopId, person_id: personId, purpose, seq, granted: granted ? 1 : 0, at, source, notice, how }];
  });
  for (const part of chunk(rows, rowsPerStatement(dialect, 9))) await transaction.insertInto("consents").values(part).execute();
}

async function writeLink(transaction: Transaction<Tables>, shopId: ShopId, deviceId: PersonId, rootId: PersonId): Promise<void> {
  await transaction
    .updateTable("people")
    .set({ root_id: rootId })
    .where("shop_id", "=", shopId)
    .where((where) => where.or([where("person_id", "=", deviceId), where("root_id", "=", deviceId)]))
    .execute();
}
