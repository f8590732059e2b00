import type { Kysely } from "kysely";
import type { ItemId, OrderId, PersonId, ShopId } from "#domain/ids.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { ItemIdSource, ShopPlatform } from "#domain/shop-platform.ts";
import type { Connection, ConnectionStore, OrderRecord } from "../ports/connection-store.ts";
import { chunk } from "./chunk.ts";
import type { Dialect } from "./dialect.ts";
import type { Tables } from "./schema.ts";
import { openSealing, type ShopSeals } from "./sealing.ts";

const secretField = (connectionId: string) => ({ table: "connections", column: "secret", subject: connectionId });

function toConnection(row: Tables["connections"], seals: ShopSeals): Connection {
  return {
    connectionId: row.connection_id,
    shopId: row.shop_id as ShopId,
    platform: row.platform as ShopPlatform,
    secret: seals.open(secretField(row.connection_id), row.secret),
    itemIdSource: row.item_id_source as ItemIdSource,
    consents: JSON.parse(row.consents) as Purpose[],
    notice: row.notice,
    createdAt: row.created_at,
  };
}

function toOrder(row: Tables["order_records"]): OrderRecord {
  return {
    orderId: row.order_id as OrderId,
    personId: row.person_id as PersonId,
    changedAt: row.changed_at,
    state: row.state as OrderRecord["state"],
    digest: row.digest,
  };
}

export function createConnectionStore(db: Kysely<Tables>, dialect: Dialect): ConnectionStore {
  const sealing = dialect.sealing ?? openSealing;
  async function written<Value>(work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (error) {
      throw dialect.translateError(error);
    }
  }
  const ofShop = (shopId: ShopId) => db.selectFrom("connections").selectAll().where("shop_id", "=", shopId);

  return {
    put: (connection) =>
      written(() =>
        db.transaction().execute(async (transaction) => {
          const { shopId, platform, secret, itemIdSource, consents, notice, createdAt } = connection;
          await dialect.lockLog(transaction, shopId);
          // One that is there keeps its id, and the seal is bound to that.
          const known = await transaction
            .selectFrom("connections")
            .select("connection_id")
            .where("shop_id", "=", shopId)
            .where("platform", "=", platform)
            .executeTakeFirst();
          const connectionId = known?.connection_id ?? connection.connectionId;
          const seals = await sealing.shop(transaction, shopId);
          const sealed = seals.seal(secretField(connectionId), secret);
          const changed = { secret: sealed, item_id_source: itemIdSource, consents: JSON.stringify(consents), notice };
          const row = await transaction
            .insertInto("connections")
            .values({ connection_id: connectionId, shop_id: shopId, platform, created_at: createdAt, ...changed })
            .onConflict((conflict) => conflict.columns(["shop_id", "platform"]).doUpdateSet(changed))
            .returningAll()
            .executeTakeFirstOrThrow();
          return toConnection(row, seals);
        }),
      ),

    async find(shopId, platform) {
      const row = await ofShop(shopId).where("platform", "=", platform).executeTakeFirst();
      return row === undefined ? null : toConnection(row, await sealing.shop(db, shopId));
    },

    async byId(connectionId) {
      const row = await db.selectFrom("connections").selectAll().where("connection_id", "=", connectionId).executeTakeFirst();
      return row === undefined ? null : toConnection(row, await sealing.shop(db, row.shop_id));
    },

    async list(shopId) {
      const rows = await ofShop(shopId).orderBy("platform").execute();
      if (rows.length === 0) return [];
      const seals = await sealing.shop(db, shopId);
      return rows.map((row) => toConnection(row, seals));
    },

    remove: (shopId, platform) =>
      written(async () => {
        const removed = await db
          .deleteFrom("connections")
          .where("shop_id", "=", shopId)
          .where("platform", "=", platform)
          .returning("connection_id")
          .execute();
        return removed.length > 0;
      }),

    async orders(shopId, orderIds) {
      const found = new Map<OrderId, OrderRecord>();
      for (const part of chunk(orderIds, 500)) {
        const rows = await db.selectFrom("order_records").selectAll().where("shop_id", "=", shopId).where("order_id", "in", part).execute();
        for (const row of rows) found.set(row.order_id as OrderId, toOrder(row));
      }
      return found;
    },

    keepOrder: (shopId, { orderId, personId, changedAt, state, digest }) =>
      written(async () => {
        const changed = { person_id: personId, changed_at: changedAt, state, digest };
        await db
          .insertInto("order_records")
          .values({ shop_id: shopId, order_id: orderId, ...changed })
          .onConflict((conflict) => conflict.columns(["shop_id", "order_id"]).doUpdateSet(changed))
          .execute();
      }),

    async product(shopId, platform, productId) {
      const row = await db
        .selectFrom("product_records")
        .selectAll()
        .where("shop_id", "=", shopId)
        .where("platform", "=", platform)
        .where("product_id", "=", productId)
        .executeTakeFirst();
      return row === undefined ? null : { productId, changedAt: row.changed_at, itemIds: JSON.parse(row.item_ids) as ItemId[] };
    },

    keepProduct: (shopId, platform, { productId, changedAt, itemIds }) =>
      written(async () => {
        const changed = { changed_at: changedAt, item_ids: JSON.stringify(itemIds) };
        await db
          .insertInto("product_records")
          .values({ shop_id: shopId, platform, product_id: productId, ...changed })
          .onConflict((conflict) => conflict.columns(["shop_id", "platform", "product_id"]).doUpdateSet(changed))
          .execute();
      }),
  };
}
