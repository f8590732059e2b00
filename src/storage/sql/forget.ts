import { type Kysely, sql, type Transaction } from "kysely";
import type { LogSeq, MessageId, PersonId, ShopId } from "#domain/ids.ts";
import { type EraseScope, type ForgetStore, withDevice } from "../ports/forget-store.ts";
import { appendEntries } from "./append-entries.ts";
import { chunk } from "./chunk.ts";
import type { Dialect } from "./dialect.ts";
import { createErasureLedger } from "./erasure-ledger.ts";
import type { EraseWork } from "./forget-hooks.ts";
import { findTexts } from "./forget-texts.ts";
import type { Tables } from "./schema.ts";
import { readNames } from "./sealed-names.ts";
import { subjectTables } from "./subject-tables.ts";

const atOnce = 500;
/** Between two tables that are looked through, requests get their turn. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));
/** In these a link names others than the row's own person. */
const detailKinds = ["link", "cut", "unlink"];

export function createForgetStore(db: Kysely<Tables>, dialect: Dialect): ForgetStore {
  async function within<Value>(work: (transaction: Transaction<Tables>) => Promise<Value>): Promise<Value> {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      throw dialect.translateError(error);
    }
  }

  async function loosely<Value>(work: (transaction: Transaction<Tables>) => Promise<Value>): Promise<Value> {
    try {
      return await dialect.withoutFlush(db, work);
    } catch (error) {
      throw dialect.translateError(error);
    }
  }

  return {
    ...createErasureLedger(db, dialect),

    async decidedWith(shopId, personIds, of) {
      const found = new Set<PersonId>();
      const other =
        of === "customer" ? sql`own.message_id || ${withDevice}` : sql`substr(own.message_id, 1, length(own.message_id) - ${withDevice.length})`;
      const named = of === "customer" ? sql`1 = 1` : sql`own.message_id like ${`%${withDevice}`}`;
      for (const part of chunk(personIds, atOnce)) {
        const { rows } = await sql<{ person_id: string }>`select distinct other.person_id from consents
          join log as own on own.seq = consents.seq join log as other on other.shop_id = own.shop_id and other.message_id = ${other}
          where consents.shop_id = ${shopId} and consents.person_id in (${sql.join(part)}) and consents.own = 1
            and own.kind = 'consent' and other.kind = 'consent' and ${named}`.execute(db);
        for (const { person_id } of rows) found.add(person_id as PersonId);
      }
      return [...found];
    },

    async events(shopId, personId, after, limit) {
      let query = db
        .selectFrom("log")
        .select(["seq", "occurred_at", "message_id", "order_id", "session_id", "recommendation_id"])
        .where("shop_id", "=", shopId)
        .where("person_id", "=", personId)
        .where("kind", "=", "event");
      // As the index has them, so that nothing is read before the place, and nothing sorted.
      if (after !== null) query = query.where(sql<boolean>`(occurred_at, seq) > (${after.occurredAt}, ${after.seq})`);
      const rows = await query.orderBy("occurred_at").orderBy("seq").limit(limit).execute();
      return rows.map(({ seq, occurred_at, message_id, order_id, session_id, recommendation_id }) => ({
        seq: seq as LogSeq,
        occurredAt: occurred_at,
        messageId: message_id as MessageId,
        outside: [order_id, session_id, recommendation_id].filter((text) => text !== null),
      }));
    },

    async savedCursor(shopId, consumer) {
      const row = await db
        .selectFrom("consumers")
        .select("cursor")
        .where("shop_id", "=", shopId)
        .where("consumer", "=", consumer)
        .where("state", "is not", null)
        .executeTakeFirst();
      return (row?.cursor ?? 0) as LogSeq;
    },

    takeBack: (shopId, entries) =>
      loosely(async (transaction) => {
        await appendEntries(transaction, dialect, shopId, entries);
      }),

    deleteEvents: (shopId, personIds, limit) =>
      loosely(async (transaction) => {
        await dialect.lockLog(transaction, shopId);
        const rows = await transaction
          .selectFrom("log")
          .select("seq")
          .where("shop_id", "=", shopId)
          .where("person_id", "in", personIds)
          .where("kind", "=", "event")
          .limit(limit)
          .execute();
        for (const part of chunk(
          rows.map(({ seq }) => seq),
          atOnce,
        )) {
          await transaction
            .deleteFrom("retractions")
            .where("shop_id", "=", shopId)
            .where("person_id", "in", personIds)
            .where("target_seq", "in", part)
            .execute();
          await transaction.deleteFrom("dead_letters").where("shop_id", "=", shopId).where("seq", "in", part).execute();
          await transaction.deleteFrom("log").where("shop_id", "=", shopId).where("seq", "in", part).execute();
        }
        return rows.length;
      }),

    deleteRest: (shopId, scope, deep) =>
      within(async (transaction) => {
        await dialect.lockLog(transaction, shopId);
        const work = await workOf(transaction, shopId, scope);
        const rows: Record<string, number> = {};
        await deleteDetails(transaction, work, deep);
        for (const [table, { forget }] of Object.entries(subjectTables)) {
          // Keys are the vault's own to shred, in a step of its own.
          if (table !== "person_keys") rows[table] = await forget.erase(work);
        }
        return rows;
      }),

    shred: (shopId, personIds) =>
      within(async (transaction) => {
        await dialect.lockLog(transaction, shopId);
        return subjectTables.person_keys.forget.erase(await workOf(transaction, shopId, { personIds, names: [] }));
      }),

    deleteOldModel: (shopId) =>
      within(async (transaction) => {
        const old = await transaction
          .selectFrom("models")
          .select(["name", "version"])
          .where("shop_id", "=", shopId)
          .where(({ exists, selectFrom }) =>
            exists(
              selectFrom("models as newer")
                .select("newer.version")
                .where("newer.shop_id", "=", shopId)
                .whereRef("newer.name", "=", "models.name")
                .whereRef("newer.version", ">", "models.version"),
            ),
          )
          .limit(1)
          .executeTakeFirst();
        if (old === undefined) return false;
        await transaction
          .deleteFrom("models")
          .where("shop_id", "=", shopId)
          .where("name", "=", old.name)
          .where("version", "=", old.version)
          .execute();
        return true;
      }),

    async remains(shopId, scope) {
      const work = await workOf(db, shopId, scope);
      const found: Record<string, number> = {};
      for (const [table, { forget }] of Object.entries(subjectTables)) {
        const rows = await forget.remains(work);
        if (rows > 0) found[table] = rows;
        await breathe();
      }
      return found;
    },

    textRemains: (texts, partly = false) => findTexts(db, dialect, texts, partly),

    async sweep() {
      if (dialect.kind === "sqlite") return;
      // Best effort where somebody holds an old snapshot: the next sweep takes what this one could not.
      for (const table of [...Object.keys(subjectTables), "dead_letters", "models", "consumers"]) await sql`vacuum ${sql.table(table)}`.execute(db);
    },

    async people(shopId, after, limit) {
      let query = db.selectFrom("people").selectAll().where("shop_id", "=", shopId);
      if (after !== null) query = query.where("person_id", ">", after);
      const rows = await query.orderBy("person_id").limit(limit).execute();
      const names = await readNames(db, dialect, shopId, rows);
      const last = rows.at(-1);
      // A page always ends with its last row, so that whoever reads on goes on; a name that is gone stands there empty.
      if (last === undefined || names.at(-1)?.personId === last.person_id) return names;
      return [...names, { personId: last.person_id as PersonId, kind: last.kind as "customer" | "anonymous", externalId: "" }];
    },
  };
}

async function workOf(db: Kysely<Tables> | Transaction<Tables>, shopId: ShopId, { personIds, names }: EraseScope): Promise<EraseWork> {
  return { db, shopId, personIds, names, keptSeqs: await othersLinks(db, shopId, personIds) };
}

/** Links of a device of theirs that say it was in somebody else's hands: that is what the other one's history hangs on. */
async function othersLinks(db: Kysely<Tables> | Transaction<Tables>, shopId: ShopId, personIds: readonly PersonId[]): Promise<number[]> {
  const own = new Set<string>(personIds);
  const seqs = new Set<number>();
  for (const part of chunk(personIds, atOnce)) {
    const rows = await db.selectFrom("identity_links").selectAll().where("shop_id", "=", shopId).where("person_id", "in", part).execute();
    const others = rows.filter(({ kind, root_id, base_id }) => (kind === "claim" && !own.has(root_id!)) || (kind === "cut" && !own.has(base_id)));
    if (others.length === 0) continue;
    const holders = others.map(({ kind, root_id, base_id }) => (kind === "claim" ? root_id! : base_id));
    const known = await db.selectFrom("people").select("person_id").where("shop_id", "=", shopId).where("person_id", "in", holders).execute();
    const people = new Set(known.map(({ person_id }) => person_id));
    for (const { kind, root_id, base_id, seq, undone_seq } of others) {
      if (!people.has(kind === "claim" ? root_id! : base_id)) continue;
      seqs.add(seq);
      if (undone_seq !== null) seqs.add(undone_seq);
    }
  }
  return [...seqs];
}

/** Links that name them beside somebody else: those that were refused, and (deep) any that changed nothing. */
async function deleteDetails(transaction: Transaction<Tables>, { shopId, personIds, keptSeqs }: EraseWork, deep: boolean): Promise<void> {
  const ids = new Set<string>(personIds);
  const kept = new Set(keptSeqs);
  let query = transaction
    .selectFrom("log")
    .select(["seq", "detail"])
    .where("shop_id", "=", shopId as ShopId)
    .where("detail", "is not", null);
  // Word for word the conditions of the indexes.
  query = deep
    ? query.where(sql<boolean>`kind <> 'event'`).where("kind", "in", detailKinds)
    : query.where(sql<boolean>`kind = 'link'`).where(sql<boolean>`name like 'link refused%'`);
  const gone: number[] = [];
  for (const { seq, detail } of await query.execute()) {
    if (kept.has(seq)) continue;
    try {
      if (Object.values(JSON.parse(detail!) as Record<string, unknown>).some((value) => typeof value === "string" && ids.has(value))) gone.push(seq);
    } catch {
      // Damaged: it names nobody that can be read.
    }
  }
  for (const part of chunk(gone, atOnce))
    await transaction
      .deleteFrom("log")
      .where("shop_id", "=", shopId as ShopId)
      .where("seq", "in", part)
      .execute();
}
