import { sql, type Transaction } from "kysely";
import type { ShopId } from "#domain/ids.ts";
import type { LogEntry } from "../ports.ts";
import { chunk } from "./chunk.ts";
import type { Tables } from "./schema.ts";
import { everything } from "./taken-back.ts";

/**
 * Per event the first retraction holds; one that finds no event of this person before it takes nothing back. One that takes back
 * everything is one row, however much that is.
 */
export async function writeRetractions(
  transaction: Transaction<Tables>,
  shopId: ShopId,
  fresh: readonly { readonly entry: LogEntry; readonly seq: number }[],
): Promise<void> {
  for (const { entry, seq } of fresh) {
    if (entry.kind !== "retract") continue;
    if (entry.targets === "everything") {
      await transaction
        .insertInto("retractions")
        .values({ shop_id: shopId, target_seq: everything, person_id: entry.name.personId, seq })
        .onConflict((conflict) => conflict.columns(["shop_id", "person_id", "target_seq"]).doNothing())
        .execute();
      continue;
    }
    for (const targets of chunk(entry.targets, 500)) {
      await transaction
        .insertInto("retractions")
        .columns(["shop_id", "target_seq", "person_id", "seq"])
        .expression((from) =>
          from
            .selectFrom("log")
            .select(["shop_id", "log.seq as target_seq", "person_id", sql<number>`${sql.lit(seq)}`.as("seq")])
            .where("shop_id", "=", shopId)
            .where("message_id", "in", targets)
            .where("person_id", "=", entry.name.personId)
            .where("kind", "=", "event")
            .where("log.seq", "<", seq),
        )
        .onConflict((conflict) => conflict.columns(["shop_id", "person_id", "target_seq"]).doNothing())
        .execute();
    }
  }
}
