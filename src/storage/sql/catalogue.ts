import { type Kysely, sql } from "kysely";
import type { ItemId, ShopId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import type { CatalogueStore } from "../ports.ts";
import { chunk } from "./chunk.ts";
import { type Dialect, rowsPerStatement } from "./dialect.ts";
import { describedColumns } from "./item-columns.ts";
import { raiseRevision } from "./raise-revision.ts";
import { itemFromRow, itemToRow } from "./rows.ts";
import type { Tables } from "./schema.ts";

export function createCatalogueStore(db: Kysely<Tables>, dialect: Dialect): CatalogueStore {
  async function write(shopId: ShopId, items: readonly CatalogueItem[], replace: boolean): Promise<void> {
    if (items.length === 0) return;
    // Of two descriptions of one item in one call the later counts; a statement cannot touch a row twice.
    const rows = [...new Map(items.map((item) => [item.itemId, itemToRow(shopId, item)])).values()];
    await db
      .transaction()
      .execute(async (transaction) => {
        let changed = 0;
        for (const part of chunk(rows, rowsPerStatement(dialect, 18))) {
          const written = await transaction
            .insertInto("items")
            .values(part)
            .onConflict((conflict) => {
              const known = conflict.columns(["shop_id", "item_id"]);
              if (!replace) return known.doNothing();
              return known.doUpdateSet((set) =>
                Object.fromEntries(
                  [...describedColumns, "feed_id", "updated_at"].map((name) => [name, set.ref(`excluded.${name}` as "excluded.title")]),
                ),
              );
            })
            .returning("item_id")
            .execute();
          changed += written.length;
        }
        if (changed > 0) await raiseRevision(transaction, shopId);
      })
      .catch((error: unknown) => {
        throw dialect.translateError(error);
      });
  }

  const ofShop = (shopId: ShopId, query: string | null = null) => {
    const items = db.selectFrom("items").where("shop_id", "=", shopId);
    if (query === null || query === "") return items;
    const pattern = `%${query.toLowerCase().replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`;
    return items.where(sql<boolean>`(lower(title) like ${pattern} escape '\\' or lower(item_id) like ${pattern} escape '\\')`);
  };

  return {
    put: (shopId, items) => write(shopId, items, true),
    addMissing: (shopId, items) => write(shopId, items, false),

    async get(shopId, itemIds) {
      const found = new Map<ItemId, CatalogueItem>();
      for (const part of chunk(itemIds, 500)) {
        for (const row of await ofShop(shopId).selectAll().where("item_id", "in", part).execute()) found.set(row.item_id as ItemId, itemFromRow(row));
      }
      return found;
    },

    async list(shopId, { after, limit, query }) {
      let select = ofShop(shopId, query).selectAll();
      if (after !== null) select = select.where("item_id", ">", after);
      return (await select.orderBy("item_id").limit(limit).execute()).map(itemFromRow);
    },

    async all(shopId) {
      return (await ofShop(shopId).selectAll().orderBy("item_id").execute()).map(itemFromRow);
    },

    async count(shopId, query) {
      const row = await ofShop(shopId, query).select(sql<number>`count(*)`.as("items")).executeTakeFirstOrThrow();
      return Number(row.items);
    },

    async revision(shopId) {
      const row = await db.selectFrom("catalogue_revisions").select("revision").where("shop_id", "=", shopId).executeTakeFirst();
      return row?.revision ?? 0;
    },
  };
}
