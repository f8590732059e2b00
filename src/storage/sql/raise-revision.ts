import { sql, type Transaction } from "kysely";
import type { ShopId } from "#domain/ids.ts";
import type { Tables } from "./schema.ts";

/** Tells whoever holds the catalogue in memory that it has changed. */
export async function raiseRevision(transaction: Transaction<Tables>, shopId: ShopId): Promise<void> {
  await transaction
    .insertInto("catalogue_revisions")
    .values({ shop_id: shopId, revision: 1 })
    .onConflict((conflict) => conflict.column("shop_id").doUpdateSet({ revision: sql`catalogue_revisions.revision + 1` }))
    .execute();
}
