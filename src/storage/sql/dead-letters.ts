import { type Kysely, sql } from "kysely";
import { firstSeq, type LogSeq, type PersonId } from "#domain/ids.ts";
import type { DeadLetterStore, Reexamined } from "../ports/dead-letter-store.ts";
import { chunk } from "./chunk.ts";
import { beginEpoch } from "./consumers.ts";
import { type Dialect, rowsPerStatement } from "./dialect.ts";
import { eventFromRow } from "./rows.ts";
import type { Tables } from "./schema.ts";

const maxReason = 200;

export function createDeadLetterStore(db: Kysely<Tables>, dialect: Dialect): DeadLetterStore {
  const translated = <Value>(work: Promise<Value>) =>
    work.catch((error: unknown) => {
      throw dialect.translateError(error);
    });

  return {
    async add(shopId, letters, consumer) {
      const rows = letters.map(({ seq, reason, foundAt }) => ({ shop_id: shopId, seq, reason: reason.slice(0, maxReason), found_at: foundAt }));
      return translated(
        db.transaction().execute(async (transaction) => {
          const added: number[] = [];
          for (const part of chunk(rows, rowsPerStatement(dialect, 4))) {
            const written = await transaction
              .insertInto("dead_letters")
              .values(part)
              .onConflict((conflict) => conflict.columns(["shop_id", "seq"]).doNothing())
              .returning("seq")
              .execute();
            for (const { seq } of written) added.push(seq);
          }
          if (added.length > 0) await beginEpoch(transaction, shopId, consumer, Math.min(...added) as LogSeq);
          return added.length;
        }),
      );
    },

    async list(shopId, limit) {
      const rows = await db.selectFrom("dead_letters").selectAll().where("shop_id", "=", shopId).orderBy("seq").limit(limit).execute();
      return rows.map((row) => ({ seq: row.seq as LogSeq, reason: row.reason, foundAt: row.found_at }));
    },

    async count() {
      const row = await db.selectFrom("dead_letters").select(sql<number>`count(*)`.as("letters")).executeTakeFirstOrThrow();
      return Number(row.letters);
    },

    async reexamine(shopId) {
      const aside = await db.selectFrom("dead_letters").select("seq").where("shop_id", "=", shopId).orderBy("seq").execute();
      const found: Reexamined[] = [];
      for (const part of chunk(aside, 500)) {
        const seqs = part.map(({ seq }) => seq);
        const rows = await db.selectFrom("log").selectAll().where("shop_id", "=", shopId).where("seq", "in", seqs).execute();
        const rowOf = new Map(rows.map((row) => [row.seq, row]));
        for (const seq of seqs) {
          const row = rowOf.get(seq);
          let reason: string | null = null;
          try {
            if (row !== undefined) eventFromRow(row);
          } catch (error) {
            reason = error instanceof Error ? error.message : "unreadable";
          }
          found.push({ seq: seq as LogSeq, personId: (row?.person_id as PersonId | undefined) ?? null, reason });
        }
      }
      return found;
    },

    async takeBack(shopId, seqs, consumer) {
      await translated(
        db.transaction().execute(async (transaction) => {
          for (const part of chunk(seqs, 500))
            await transaction.deleteFrom("dead_letters").where("shop_id", "=", shopId).where("seq", "in", part).execute();
          if (consumer !== null) await beginEpoch(transaction, shopId, consumer, firstSeq);
        }),
      );
    },
  };
}
