import type { Kysely } from "kysely";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { ShopPlatform } from "#domain/shop-platform.ts";
import type { RightsRequestKind, RightsRequestStore } from "../ports/rights-request-store.ts";
import type { Dialect } from "./dialect.ts";
import type { Tables } from "./schema.ts";

export function createRightsRequestStore(db: Kysely<Tables>, dialect: Dialect): RightsRequestStore {
  return {
    async add({ requestId, shopId, kind, platform, personId, reference, at, dueAt, state }) {
      try {
        const added = await db
          .insertInto("rights_requests")
          .values({ request_id: requestId, shop_id: shopId, kind, platform, person_id: personId, reference, at, due_at: dueAt, state })
          .onConflict((conflict) => conflict.columns(["shop_id", "request_id"]).doNothing())
          .returning("request_id")
          .execute();
        return added.length > 0;
      } catch (error) {
        throw dialect.translateError(error);
      }
    },

    async list(shopId) {
      const rows = await db.selectFrom("rights_requests").selectAll().where("shop_id", "=", shopId).orderBy("due_at").orderBy("request_id").execute();
      return rows.map((row) => ({
        requestId: row.request_id,
        shopId: row.shop_id as ShopId,
        kind: row.kind as RightsRequestKind,
        platform: row.platform as ShopPlatform,
        personId: row.person_id as PersonId | null,
        reference: row.reference,
        at: row.at,
        dueAt: row.due_at,
        state: row.state as "open" | "done",
      }));
    },

    async close(shopId, requestId) {
      try {
        const closed = await db
          .updateTable("rights_requests")
          .set({ state: "done" })
          .where("shop_id", "=", shopId)
          .where("request_id", "=", requestId)
          .where("state", "=", "open")
          .returning("request_id")
          .execute();
        return closed.length > 0;
      } catch (error) {
        throw dialect.translateError(error);
      }
    },
  };
}
