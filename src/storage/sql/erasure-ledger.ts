import { type Kysely, sql, type Transaction } from "kysely";
import type { LogSeq, ShopId } from "#domain/ids.ts";
import { digestOf, type Erasure, type ErasureLedger, type ErasureState } from "../ports/forget-store.ts";
import { chunk } from "./chunk.ts";
import { type Dialect, rowsPerStatement } from "./dialect.ts";
import type { Tables } from "./schema.ts";
import { findSuppressed, suppressionKey } from "./suppressions.ts";
import { createVaultStore } from "./vault.ts";

const columnOf = { dueAt: "due_at", attempts: "attempts", targetSeq: "target_seq", work: "work", certificate: "certificate" } as const;

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

/** Who is not to be heard of again, and how far each forgetting is. */
export function createErasureLedger(db: Kysely<Tables>, dialect: Dialect): ErasureLedger {
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

    advance: (moves, at) =>
      within(async (transaction) => {
        let moved = 0;
        for (const { erasure, to, change } of moves) {
          const { findings, report, ...plain } = change;
          const columns = Object.fromEntries(Object.entries(plain).map(([name, value]) => [columnOf[name as keyof typeof columnOf], value]));
          const { numUpdatedRows } = await transaction
            .updateTable("erasures")
            .set({
              ...columns,
              state: to,
              updated_at: at,
              ...(findings === undefined ? {} : { findings: findings === null ? null : JSON.stringify(findings) }),
              ...(report === undefined ? {} : { report: JSON.stringify(report) }),
            })
            .where("erasure_id", "=", erasure.erasureId)
            .where("state", "=", erasure.state)
            .executeTakeFirstOrThrow();
          moved += Number(numUpdatedRows);
        }
        return moved;
      }),
  };
}
