import { type Kysely, sql, type Transaction } from "kysely";
import type { EventType } from "#domain/event.ts";
import type { LogSeq, MessageId, PersonId, ShopId } from "#domain/ids.ts";
import type { PersonNameKind } from "#domain/person.ts";
import { type ExpiredEvent, expiryPrefix, type Forgotten, type RetentionStore } from "../ports/retention-store.ts";
import { chunk } from "./chunk.ts";
import type { Dialect } from "./dialect.ts";
import { expireHooks } from "./registry.ts";
import { forgetSuperseded } from "./retention-decisions.ts";
import { atOnce, deleteEvents, forgetFeedback, forgetPeople, withoutTargets } from "./retention-leftovers.ts";
import type { Tables } from "./schema.ts";

const pendingPattern = `${expiryPrefix}%`;
const nothing: Forgotten = { events: 0, entries: 0, records: 0, people: 0 };

export function createRetentionStore(db: Kysely<Tables>, dialect: Dialect): RetentionStore {
  const pendingOf = (shopId: ShopId, from: Kysely<Tables> | Transaction<Tables> = db) =>
    from
      .selectFrom("log")
      .where("shop_id", "=", shopId)
      // As in the index over all that is no event.
      .where(sql<boolean>`kind <> 'event'`)
      .where("kind", "=", "retract")
      .where("message_id", "like", pendingPattern);

  async function within<Value>(work: (transaction: Transaction<Tables>) => Promise<Value>): Promise<Value> {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      throw dialect.translateError(error);
    }
  }

  return {
    async expired(shopId, after, limit, expiries) {
      const window = await db
        .selectFrom("log")
        .select("seq")
        .where("shop_id", "=", shopId)
        .where("seq", ">", after)
        .orderBy("seq")
        .limit(1)
        .offset(limit - 1)
        .executeTakeFirst();
      if (expiries.length === 0) return { events: [], next: null };
      let query = db
        .selectFrom("log")
        .innerJoin("people", (join) => join.onRef("people.shop_id", "=", "log.shop_id").onRef("people.person_id", "=", "log.person_id"))
        .select(["log.seq", "log.type", "log.person_id", "log.message_id", "people.kind as name_kind"])
        .where("log.shop_id", "=", shopId)
        .where("log.kind", "=", "event")
        .where("log.seq", ">", after)
        .where(({ or, and, eb }) => or(expiries.map(({ types, before }) => and([eb("log.type", "in", types), eb("log.received_at", "<", before)]))));
      if (window !== undefined) query = query.where("log.seq", "<=", window.seq);
      const rows = await query.orderBy("log.seq").execute();
      const events = rows.map(
        (row): ExpiredEvent => ({
          seq: row.seq as LogSeq,
          type: row.type as EventType,
          messageId: row.message_id as MessageId,
          // What takes it back needs the person, not what they are called; that may be unreadable by now.
          name: { personId: row.person_id as PersonId, kind: row.name_kind as PersonNameKind, externalId: "" },
        }),
      );
      return { events, next: (window?.seq ?? null) as LogSeq | null };
    },

    async pending(shopId) {
      const row = await pendingOf(shopId).select(sql<number>`count(*)`.as("entries")).executeTakeFirstOrThrow();
      return Number(row.entries);
    },

    deleteTakenBack: (shopId, consumer, limit) =>
      within(async (transaction) => {
        await dialect.lockLog(transaction, shopId);
        const saved = await savedCursor(transaction, shopId, consumer);
        const entries = await pendingOf(shopId, transaction)
          .select(["seq", "person_id", "detail"])
          .where("seq", "<=", saved)
          .orderBy("seq")
          .limit(limit)
          .execute();
        if (entries.length === 0) return nothing;
        const people = new Set<string>();
        const seqs: number[] = [];
        for (const { seq, person_id, detail } of entries) {
          people.add(person_id);
          const { targets } = JSON.parse(detail ?? '{"targets":[]}') as { targets: MessageId[] };
          for (const part of chunk(targets, atOnce)) {
            const rows = await transaction
              .selectFrom("log")
              .select("seq")
              .where("shop_id", "=", shopId)
              .where("message_id", "in", part)
              .where("person_id", "=", person_id)
              .where("kind", "=", "event")
              .where("seq", "<", seq)
              .execute();
            seqs.push(...rows.map((row) => row.seq));
          }
        }
        const retractors = await deleteEvents(transaction, shopId, [...people], seqs);
        const emptied = await withoutTargets(transaction, shopId, [...people], retractors, saved);
        const gone = [...new Set([...entries.map(({ seq }) => seq), ...emptied])];
        for (const part of chunk(gone, atOnce)) await transaction.deleteFrom("log").where("shop_id", "=", shopId).where("seq", "in", part).execute();
        const records = await forgetFeedback(transaction, shopId, [...people]);
        return { events: seqs.length, entries: gone.length, records, people: await forgetPeople(transaction, shopId, [...people]) };
      }),

    forgetRecords: (shopId, consumer, { orders, decisions }, limit) =>
      within(async (transaction) => {
        let records = 0;
        for (const { expire } of expireHooks) records += (await expire?.({ db: transaction, shopId, before: { orders, decisions }, limit })) ?? 0;
        if (decisions === null) return records;
        const saved = await savedCursor(transaction, shopId, consumer);
        return records + (await forgetSuperseded(transaction, shopId, decisions, saved, limit));
      }),

    async compact() {
      try {
        if (dialect.kind === "sqlite") {
          await sql`vacuum`.execute(db);
          await sql`pragma wal_checkpoint(truncate)`.execute(db);
        } else await sql`vacuum analyze`.execute(db);
      } catch (error) {
        throw dialect.translateError(error);
      }
    },
  };
}

/** 0 where nothing is saved: whoever consumes may hold in memory what was never saved. */
async function savedCursor(transaction: Transaction<Tables>, shopId: ShopId, consumer: string): Promise<number> {
  const row = await transaction
    .selectFrom("consumers")
    .select("cursor")
    .where("shop_id", "=", shopId)
    .where("consumer", "=", consumer)
    .where("state", "is not", null)
    .executeTakeFirst();
  return row?.cursor ?? 0;
}
