import { sql, type Transaction } from "kysely";
import type { ShopId } from "#domain/ids.ts";
import { chunk } from "./chunk.ts";
import type { Tables } from "./schema.ts";

/**
 * Decisions that a later one of the same person has replaced. Only of those who go by one name: for others what is in
 * force follows from all that was ever decided under each name.
 */
export async function forgetSuperseded(
  transaction: Transaction<Tables>,
  shopId: ShopId,
  before: number,
  saved: number,
  limit: number,
): Promise<number> {
  const rows = await transaction
    .selectFrom("consents as old")
    .select(["old.person_id", "old.purpose", "old.seq"])
    .where("old.shop_id", "=", shopId)
    .where("old.at", "<", before)
    .where("old.own", "=", 1)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom("consents as later")
          .select("later.seq")
          .whereRef("later.shop_id", "=", "old.shop_id")
          .whereRef("later.person_id", "=", "old.person_id")
          .whereRef("later.purpose", "=", "old.purpose")
          .whereRef("later.seq", ">", "old.seq")
          .where("later.seq", "<=", saved)
          .where("later.own", "=", 1)
          .where("later.at", "<", before),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("identity_links as link")
            .select("link.seq")
            .whereRef("link.shop_id", "=", "old.shop_id")
            .where(sql<boolean>`old.person_id in (link.person_id, link.base_id, link.root_id, link.session_id)`),
        ),
      ),
    )
    .limit(limit)
    .execute();
  for (const { person_id, purpose, seq } of rows) {
    await transaction
      .deleteFrom("consents")
      .where("shop_id", "=", shopId)
      .where("person_id", "=", person_id)
      .where("purpose", "=", purpose)
      .where("seq", "=", seq)
      .execute();
  }
  for (const part of chunk(rows, 500))
    await transaction
      .deleteFrom("log")
      .where("shop_id", "=", shopId)
      .where("kind", "=", "consent")
      .where(
        "seq",
        "in",
        part.map(({ seq }) => seq),
      )
      .execute();
  return rows.length;
}
