import type { Kysely } from "kysely";
import { firstSeq, type LogSeq } from "#domain/ids.ts";
import type { ConsumerStore } from "../ports.ts";
import type { Dialect } from "./dialect.ts";
import type { Tables } from "./schema.ts";

export function createConsumerStore(db: Kysely<Tables>, dialect: Dialect): ConsumerStore {
  return {
    async load(shopId, consumer) {
      const row = await db
        .selectFrom("consumers")
        .select(["cursor", "state"])
        .where("shop_id", "=", shopId)
        .where("consumer", "=", consumer)
        .executeTakeFirst();
      return row === undefined ? { cursor: firstSeq, state: null } : { cursor: row.cursor as LogSeq, state: row.state };
    },

    async save(shopId, consumer, expected, cursor, state) {
      try {
        // State and cursor are one row: they change together or not at all, and only from the cursor the caller saw.
        const written = await db
          .insertInto("consumers")
          .values({ shop_id: shopId, consumer, cursor, state })
          .onConflict((conflict) => conflict.columns(["shop_id", "consumer"]).doUpdateSet({ cursor, state }).where("consumers.cursor", "=", expected))
          .returning("cursor")
          .executeTakeFirst();
        return written !== undefined;
      } catch (error) {
        throw dialect.translateError(error);
      }
    },
  };
}
