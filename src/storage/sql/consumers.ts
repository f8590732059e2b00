import { type Kysely, sql, type Transaction } from "kysely";
import { firstSeq, type LogSeq, type ShopId } from "#domain/ids.ts";
import type { ConsumerStore } from "../ports.ts";
import type { Dialect } from "./dialect.ts";
import type { Tables } from "./schema.ts";

export function createConsumerStore(db: Kysely<Tables>, dialect: Dialect): ConsumerStore {
  return {
    async load(shopId, consumer) {
      const row = await db
        .selectFrom("consumers")
        .select(["cursor", "state", "epoch"])
        .where("shop_id", "=", shopId)
        .where("consumer", "=", consumer)
        .executeTakeFirst();
      if (row === undefined) return { cursor: firstSeq, state: null, epoch: 0 };
      return { cursor: row.cursor as LogSeq, state: row.state, epoch: row.epoch };
    },

    async save(shopId, consumer, expected, cursor, state, epoch = 0) {
      try {
        // State and cursor are one row: they change together or not at all, and only from the cursor the caller saw.
        const written = await db
          .insertInto("consumers")
          .values({ shop_id: shopId, consumer, cursor, state, epoch })
          .onConflict((conflict) =>
            conflict
              .columns(["shop_id", "consumer"])
              .doUpdateSet({ cursor, state })
              .where("consumers.cursor", "=", expected)
              .where("consumers.epoch", "=", epoch),
          )
          .returning("cursor")
          .executeTakeFirst();
        return written !== undefined;
      } catch (error) {
        throw dialect.translateError(error);
      }
    },

    async epoch(shopId, consumer) {
      const row = await db.selectFrom("consumers").select("epoch").where("shop_id", "=", shopId).where("consumer", "=", consumer).executeTakeFirst();
      return row?.epoch ?? 0;
    },

    async reset(shopId, consumer) {
      try {
        await db.transaction().execute((transaction) => beginEpoch(transaction, shopId, consumer, firstSeq));
      } catch (error) {
        throw dialect.translateError(error);
      }
    },
  };
}

/**
 * Begins a new epoch: what anybody has made in the one before can no longer be saved. Back to the first entry where the
 * consumer has been at `touched` or beyond; what was saved before that stays.
 */
export async function beginEpoch(transaction: Transaction<Tables>, shopId: ShopId, consumer: string, touched: LogSeq): Promise<void> {
  const again = sql<boolean>`consumers.cursor >= ${touched}`;
  await transaction
    .insertInto("consumers")
    .values({ shop_id: shopId, consumer, cursor: firstSeq, state: null, epoch: 1 })
    .onConflict((conflict) =>
      conflict.columns(["shop_id", "consumer"]).doUpdateSet({
        cursor: sql<number>`case when ${again} then 0 else consumers.cursor end`,
        state: sql<Uint8Array | null>`case when ${again} then null else consumers.state end`,
        epoch: sql<number>`consumers.epoch + 1`,
      }),
    )
    .execute();
}
