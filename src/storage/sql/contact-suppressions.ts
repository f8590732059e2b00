import { type Kysely, sql } from "kysely";
import type { ConsentRecordStore, Suppression } from "../ports/consent-record-store.ts";
import { chunk } from "./chunk.ts";
import { type Dialect, rowsPerStatement } from "./dialect.ts";
import type { Tables } from "./schema.ts";

/** Addresses that must not be written to, as keyed digests: nobody can read from the list who is on it. */
export function createContactSuppressions(
  db: Kysely<Tables>,
  dialect: Dialect,
): Pick<ConsentRecordStore, "suppress" | "unsuppress" | "suppressed" | "countSuppressed"> {
  return {
    async suppress(shopId, entries) {
      let added = 0;
      try {
        for (const part of chunk(entries, rowsPerStatement(dialect, 5))) {
          const rows = await db
            .insertInto("contact_suppressions")
            .values(part.map(({ channel, digest, source, at }) => ({ shop_id: shopId, channel, digest, source, at })))
            .onConflict((conflict) => conflict.columns(["shop_id", "channel", "digest"]).doNothing())
            .returning("digest")
            .execute();
          added += rows.length;
        }
      } catch (error) {
        throw dialect.translateError(error);
      }
      return added;
    },

    async unsuppress(shopId, channel, digest) {
      try {
        const rows = await db
          .deleteFrom("contact_suppressions")
          .where("shop_id", "=", shopId)
          .where("channel", "=", channel)
          .where("digest", "=", digest)
          .returning("digest")
          .execute();
        return rows.length > 0;
      } catch (error) {
        throw dialect.translateError(error);
      }
    },

    async suppressed(shopId, channels, digests) {
      const found: Suppression[] = [];
      if (channels.length === 0) return found;
      for (const part of chunk(digests, 500)) {
        const rows = await db
          .selectFrom("contact_suppressions")
          .select(["channel", "digest", "source", "at"])
          .where("shop_id", "=", shopId)
          .where("channel", "in", channels)
          .where("digest", "in", part)
          .execute();
        found.push(...rows);
      }
      return found;
    },

    async countSuppressed(shopId) {
      const rows = await db
        .selectFrom("contact_suppressions")
        .select(["channel", "source", sql<number>`count(*)`.as("n")])
        .where("shop_id", "=", shopId)
        .groupBy(["channel", "source"])
        .orderBy("channel")
        .orderBy("source")
        .execute();
      return rows.map(({ channel, source, n }) => ({ channel, source, count: Number(n) }));
    },
  };
}
