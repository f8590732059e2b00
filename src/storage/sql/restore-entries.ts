import type { Insertable, Transaction } from "kysely";
import type { LogSeq, MessageId, ShopId } from "#domain/ids.ts";
import type { RestoredEntry } from "../ports/transfer-store.ts";
import type { LogEntry } from "../ports.ts";
import { appendEntries } from "./append-entries.ts";
import { chunk } from "./chunk.ts";
import { type Dialect, rowsPerStatement } from "./dialect.ts";
import { decisionExtras, undecided } from "./rows.ts";
import type { Tables } from "./schema.ts";

type Raw = Exclude<RestoredEntry, { as: "entry" }>;

/** Writes entries back as they stood: what followed from others is among them, so nothing is derived anew. How many were new. */
export async function restoreEntries(
  transaction: Transaction<Tables>,
  dialect: Dialect,
  shopId: ShopId,
  entries: readonly RestoredEntry[],
): Promise<number> {
  let written = 0;
  for (let start = 0; start < entries.length; ) {
    const isEntry = entries[start]!.as === "entry";
    let end = start;
    while (end < entries.length && (entries[end]!.as === "entry") === isEntry) end++;
    const run = entries.slice(start, end);
    if (isEntry) {
      const plain = run.flatMap((one): LogEntry[] => (one.as === "entry" ? [one.entry] : []));
      for (const outcome of await appendEntries(transaction, dialect, shopId, plain, "as they are")) if (outcome.kind === "appended") written++;
    } else written += await insertRaw(transaction, dialect, shopId, run as readonly Raw[]);
    start = end;
  }
  return written;
}

async function insertRaw(transaction: Transaction<Tables>, dialect: Dialect, shopId: ShopId, raw: readonly Raw[]): Promise<number> {
  await dialect.lockLog(transaction, shopId);
  const causes = await seqsOf(
    transaction,
    shopId,
    raw.flatMap((one) => (one.as === "follows" && one.cause !== null ? [one.cause] : [])),
  );
  const rows = raw.map((one): Insertable<Tables["log"]> => {
    const common = {
      shop_id: shopId,
      person_id: one.personId,
      occurred_at: one.occurredAt,
      received_at: one.receivedAt,
      type: null,
      order_id: null,
      session_id: null,
      recommendation_id: null,
      currency: null,
      refused: "",
      lines: "[]",
      impression: null,
    };
    if (one.as === "inert")
      return {
        ...common,
        kind: one.kind,
        message_id: one.messageId,
        name: one.name,
        detail: one.detail === null ? null : JSON.stringify(one.detail),
      };
    const { purpose, granted } = one.decision;
    const cause = one.cause === null ? undefined : causes.get(one.cause);
    return {
      ...common,
      kind: "consent",
      // As it is called where it is derived, so that it is known again.
      message_id: `rapport:follows:${cause ?? `gone:${one.occurredAt}`}:${one.personId}:${purpose}`,
      name: `${purpose}: ${granted === null ? "not asked" : granted ? "yes" : "no"}`,
      detail: cause === undefined ? null : JSON.stringify({ follows: cause }),
    };
  });
  const seqOf = new Map<string, number>();
  for (const part of chunk(rows, rowsPerStatement(dialect, 16))) {
    const inserted = await transaction
      .insertInto("log")
      .values(part)
      .onConflict((conflict) => conflict.columns(["shop_id", "message_id"]).doNothing())
      .returning(["seq", "message_id"])
      .execute();
    for (const { seq, message_id } of inserted) seqOf.set(message_id, seq);
  }
  const decisions = raw.flatMap((one, at) => {
    const seq = seqOf.get(rows[at]!.message_id);
    if (one.as !== "follows" || seq === undefined) return [];
    const { purpose, granted, at: decidedAt, source, notice, how } = one.decision;
    const yesNo = granted === null ? undecided : granted ? 1 : 0;
    return [
      {
        shop_id: shopId,
        person_id: one.personId,
        purpose,
        seq,
        granted: yesNo,
        at: decidedAt,
        source,
        notice,
        how,
        own: 0,
        ...decisionExtras(one.decision),
      },
    ];
  });
  for (const part of chunk(decisions, rowsPerStatement(dialect, 12))) await transaction.insertInto("consents").values(part).execute();
  return seqOf.size;
}

async function seqsOf(transaction: Transaction<Tables>, shopId: ShopId, messageIds: readonly MessageId[]): Promise<ReadonlyMap<MessageId, LogSeq>> {
  const found = new Map<MessageId, LogSeq>();
  for (const part of chunk([...new Set(messageIds)], 500)) {
    const rows = await transaction
      .selectFrom("log")
      .select(["seq", "message_id"])
      .where("shop_id", "=", shopId)
      .where("message_id", "in", part)
      .execute();
    for (const { seq, message_id } of rows) found.set(message_id as MessageId, seq as LogSeq);
  }
  return found;
}
