import type { Kysely } from "kysely";
import type { ShopId } from "#domain/ids.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { KeyScope, Shop } from "#domain/shop.ts";
import { isSealed } from "../ports/field-cipher.ts";
import type { ShopStore } from "../ports.ts";
import type { Dialect } from "./dialect.ts";
import type { Tables } from "./schema.ts";
import { openSealing } from "./sealing.ts";

type ShopRow = Pick<Tables["shops"], "shop_id" | "name" | "currency" | "created_at">;

const toShop = (row: ShopRow): Shop => ({ shopId: row.shop_id as ShopId, name: row.name, currency: row.currency, createdAt: row.created_at });

const personKeyField = (shopId: string) => ({ table: "shops", column: "person_key", subject: shopId });

export function createShopStore(db: Kysely<Tables>, dialect: Dialect): ShopStore {
  const sealing = dialect.sealing ?? openSealing;
  return {
    async create(shop, { personKey, keyHashes }) {
      try {
        return await db.transaction().execute(async (transaction) => {
          const taken = await transaction.selectFrom("shops").select("shop_id").where("name", "=", shop.name).executeTakeFirst();
          if (taken !== undefined) return false;
          const seals = await sealing.shop(transaction, shop.shopId);
          const written = await transaction
            .insertInto("shops")
            .values({
              shop_id: shop.shopId,
              name: shop.name,
              currency: shop.currency,
              created_at: shop.createdAt,
              person_key: seals.seal(personKeyField(shop.shopId), personKey),
            })
            .onConflict((conflict) => conflict.column("name").doNothing())
            .returning("shop_id")
            .executeTakeFirst();
          if (written === undefined) return false;
          if (keyHashes.length === 0) return true;
          await transaction
            .insertInto("shop_keys")
            .values(keyHashes.map(({ hash, scope }) => ({ key_hash: hash, shop_id: shop.shopId, scope, created_at: shop.createdAt })))
            .execute();
          return true;
        });
      } catch (error) {
        throw dialect.translateError(error);
      }
    },

    async byKeyHash(hash) {
      const row = await db
        .selectFrom("shop_keys")
        .innerJoin("shops", "shops.shop_id", "shop_keys.shop_id")
        .select(["shops.shop_id", "name", "currency", "shops.created_at", "scope"])
        .where("key_hash", "=", hash)
        .executeTakeFirst();
      return row === undefined ? null : { shop: toShop(row), scope: row.scope as KeyScope };
    },

    async keys(shopId) {
      const rows = await db.selectFrom("shop_keys").selectAll().where("shop_id", "=", shopId).orderBy("created_at").orderBy("key_hash").execute();
      return rows.map(({ key_hash, scope, created_at }) => ({ hash: key_hash, scope: scope as KeyScope, createdAt: created_at }));
    },

    async addKey(shopId, { hash, scope, createdAt }) {
      try {
        await db.insertInto("shop_keys").values({ key_hash: hash, shop_id: shopId, scope, created_at: createdAt }).execute();
      } catch (error) {
        throw dialect.translateError(error);
      }
    },

    async removeKey(shopId, hash) {
      try {
        const { numDeletedRows } = await db
          .deleteFrom("shop_keys")
          .where("shop_id", "=", shopId)
          .where("key_hash", "=", hash)
          .executeTakeFirstOrThrow();
        return numDeletedRows > 0n;
      } catch (error) {
        throw dialect.translateError(error);
      }
    },

    async byName(name) {
      const row = await db.selectFrom("shops").selectAll().where("name", "=", name).executeTakeFirst();
      return row === undefined ? null : toShop(row);
    },

    async list() {
      return (await db.selectFrom("shops").selectAll().orderBy("created_at").orderBy("shop_id").execute()).map(toShop);
    },

    async standingConsent(shopId) {
      const row = await db.selectFrom("shops").select(["standing_consent", "standing_notice"]).where("shop_id", "=", shopId).executeTakeFirst();
      if (row === undefined || row.standing_consent === null) return null;
      return { purposes: JSON.parse(row.standing_consent) as Purpose[], notice: row.standing_notice };
    },

    async setStandingConsent(shopId, consent) {
      try {
        await db
          .updateTable("shops")
          .set({ standing_consent: consent === null ? null : JSON.stringify(consent.purposes), standing_notice: consent?.notice ?? null })
          .where("shop_id", "=", shopId)
          .execute();
      } catch (error) {
        throw dialect.translateError(error);
      }
    },

    async personKey(shopId) {
      const row = await db.selectFrom("shops").select("person_key").where("shop_id", "=", shopId).executeTakeFirstOrThrow();
      return isSealed(row.person_key) ? (await sealing.shop(db, shopId)).open(personKeyField(shopId), row.person_key) : row.person_key;
    },
  };
}
