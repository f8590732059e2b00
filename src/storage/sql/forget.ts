import { type Kysely, sql, type Transaction } from "kysely";
import type { LogSeq, MessageId, PersonId, ShopId } from "#domain/ids.ts";
import { digestOf, type EraseScope, type Erasure, type ErasureState, type ForgetStore, withDevice } from "../ports/forget-store.ts";
import { chunk } from "./chunk.ts";
import { type Dialect, rowsPerStatement } from "./dialect.ts";
import type { EraseWork } from "./forget-hooks.ts";
import { findTexts } from "./forget-texts.ts";
import type { Tables } from "./schema.ts";
import { readNames } from "./sealed-names.ts";
import { subjectTables } from "./subject-tables.ts";
import { findSuppressed, suppressionKey } from "./suppressions.ts";
import { createVaultStore } from "./vault.ts";

const atOnce = 500;
/** In these a link names others than the row's own person. */
const detailKinds = ["link", "cut", "unlink"];

function toErasure(row: Tables["erasures"]): Erasure {
  return {
    erasureId: row.erasure_id,
    shopId: row.shop_id as ShopId,
    state: row.state as ErasureState,
    requestedAt: row.requested_at,
    updatedAt: row.updated_at,
    dueAt: row.due_at,
    attempts: row.attempts,
    targetSeq: row.target_seq as LogSeq | null,
    work: row.work,
    findings: row.findings === null ? null : (JSON.parse(row.findings) as string[]),
    report: JSON.parse(row.report) as Record<string, unknown>,
    certificate: row.certificate,
  };
}

export function createForgetStore(db: Kysely<Tables>, dialect: Dialect): ForgetStore {
  async function within<Value>(work: (transaction: Transaction<Tables>) => Promise<Value>): Promise<Value> {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      throw dialect.translateError(error);
    }
  }

  const ofShop = (shopId: ShopId) => db.selectFrom("erasures").selectAll().where("shop_id", "=", shopId);

  return {
    suppressed: (shopId, names) => findSuppressed(db, dialect, shopId, names),

    async digests(shopId, names, fresh, at) {
      await createVaultStore(db, dialect).secret(shopId, "suppression", fresh, at);
      const key = (await suppressionKey(db, dialect, shopId))!;
      return names.map((name) => digestOf(key, name));
    },

    async lift(shopId, names) {
      const key = await suppressionKey(db, dialect, shopId);
      if (key === null || names.length === 0) return 0;
      const digests = names.map((name) => digestOf(key, name).digest);
      return within(async (transaction) => {
        await dialect.lockLog(transaction, shopId);
        const { numDeletedRows } = await transaction
          .deleteFrom("suppressions")
          .where("shop_id", "=", shopId)
          .where("digest", "in", digests)
          .where("erasure_id", "not in", (from) =>
            from.selectFrom("erasures").select("erasure_id").where("shop_id", "=", shopId).where("state", "!=", "done"),
          )
          .executeTakeFirstOrThrow();
        return Number(numDeletedRows);
      });
    },

    async digestsOf(shopId, erasureId) {
      const rows = await db
        .selectFrom("suppressions")
        .select(["kind", "digest"])
        .where("shop_id", "=", shopId)
        .where("erasure_id", "=", erasureId)
        .orderBy("digest")
        .execute();
      return rows.map(({ kind, digest }) => ({ kind: kind as "customer" | "anonymous", digest }));
    },

    begin: ({ erasureId, shopId, requestedAt, work }, digests, reason) =>
      within(async (transaction) => {
        // Appends hold the same lock: each is either before this, and will be deleted, or meets what is written here.
        await dialect.lockLog(transaction, shopId);
        const made = await transaction
          .insertInto("erasures")
          .values({
            erasure_id: erasureId,
            shop_id: shopId,
            state: "suppressed",
            requested_at: requestedAt,
            updated_at: requestedAt,
            due_at: requestedAt,
            attempts: 0,
            target_seq: null,
            work,
            findings: null,
            report: "{}",
            certificate: null,
          })
          .onConflict((conflict) => conflict.column("erasure_id").doNothing())
          .returning("erasure_id")
          .executeTakeFirst();
        if (made === undefined) return false;
        const rows = digests.map(({ kind, digest }) => ({ shop_id: shopId, digest, kind, erasure_id: erasureId, at: requestedAt, reason }));
        for (const part of chunk(rows, rowsPerStatement(dialect, 6)))
          await transaction
            .insertInto("suppressions")
            .values(part)
            .onConflict((conflict) => conflict.columns(["shop_id", "digest"]).doUpdateSet({ erasure_id: erasureId, at: requestedAt, reason }))
            .execute();
        return true;
      }),

    async get(shopId, erasureId) {
      const row = await ofShop(shopId).where("erasure_id", "=", erasureId).executeTakeFirst();
      return row === undefined ? null : toErasure(row);
    },

    async open(now, limit) {
      const rows = await db
        .selectFrom("erasures")
        .selectAll()
        .where(sql<boolean>`state <> 'done'`)
        .where("due_at", "<=", now)
        .orderBy("requested_at")
        .orderBy("erasure_id")
        .limit(limit)
        .execute();
      return rows.map(toErasure);
    },

    async list(shopId, limit) {
      return (await ofShop(shopId).orderBy("requested_at", "desc").orderBy("erasure_id").limit(limit).execute()).map(toErasure);
    },

    async ids(shopId) {
      const rows = await db.selectFrom("erasures").select("erasure_id").where("shop_id", "=", shopId).execute();
      return new Set(rows.map(({ erasure_id }) => erasure_id));
    },

    async tally() {
      const row = await db
        .selectFrom("erasures")
        .select([
          sql<number>`count(case when state <> 'done' then 1 end)`.as("open"),
          sql<number>`count(case when findings is not null and state <> 'done' then 1 end)`.as("needAttention"),
          sql<number>`count(case when state = 'done' then 1 end)`.as("done"),
        ])
        .executeTakeFirstOrThrow();
      return { open: Number(row.open), needAttention: Number(row.needAttention), done: Number(row.done) };
    },

    async advance({ erasureId, state }, to, { findings, report, ...change }, at) {
      const words = { dueAt: "due_at", attempts: "attempts", targetSeq: "target_seq", work: "work", certificate: "certificate" } as const;
      const columns = Object.fromEntries(Object.entries(change).map(([name, value]) => [words[name as keyof typeof words], value]));
      try {
        const moved = await db
          .updateTable("erasures")
          .set({
            ...columns,
            state: to,
            updated_at: at,
            ...(findings === undefined ? {} : { findings: findings === null ? null : JSON.stringify(findings) }),
            ...(report === undefined ? {} : { report: JSON.stringify(report) }),
          })
          .where("erasure_id", "=", erasureId)
          .where("state", "=", state)
          .returning("erasure_id")
          .executeTakeFirst();
        return moved !== undefined;
      } catch (error) {
        throw dialect.translateError(error);
      }
    },

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

    async events(shopId, personIds, after, limit) {
      const rows = await db
        .selectFrom("log")
        .select(["seq", "person_id", "message_id", "order_id", "session_id", "recommendation_id"])
        .where("shop_id", "=", shopId)
        .where("person_id", "in", personIds)
        .where("kind", "=", "event")
        .where("seq", ">", after)
        .orderBy("seq")
        .limit(limit)
        .execute();
      return rows.map(({ seq, person_id, message_id, order_id, session_id, recommendation_id }) => ({
        seq: seq as LogSeq,
        personId: person_id as PersonId,
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

    deleteEvents: (shopId, personIds, limit) =>
      within(async (transaction) => {
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

    deleteOldModels: (shopId) =>
      within(async (transaction) => {
        const { numDeletedRows } = await transaction
          .deleteFrom("models")
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
          .executeTakeFirstOrThrow();
        return Number(numDeletedRows);
      }),

    async remains(shopId, scope) {
      const work = await workOf(db, shopId, scope);
      const found: Record<string, number> = {};
      for (const [table, { forget }] of Object.entries(subjectTables)) {
        const rows = await forget.remains(work);
        if (rows > 0) found[table] = rows;
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
