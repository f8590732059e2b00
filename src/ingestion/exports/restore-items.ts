import { isDeepStrictEqual } from "node:util";
import type { ItemId, ShopId } from "#domain/ids.ts";
import { type CatalogueItem, maxAttributesLength } from "#domain/item.ts";
import type { ReadRow } from "./read-records.ts";
import { fieldsOf, RowRefused, refuseRow } from "./record-fields.ts";
import type { RestoreDeps } from "./restore-events.ts";
import { createRestoreTally, type RestoreSummary } from "./restore-tally.ts";

/** Restores the catalogue; an item that the shop has described later stays as it is. */
export async function restoreItems(shopId: ShopId, pages: AsyncIterable<readonly ReadRow[]>, { store }: RestoreDeps): Promise<RestoreSummary> {
  const tally = createRestoreTally("items");
  for await (const page of pages) {
    const wanted = new Map<ItemId, { item: CatalogueItem; feed: string | null }>();
    for (const { row, record } of page) {
      tally.sums.rows++;
      try {
        if (record === null) throw new RowRefused("not readable");
        const item = itemIn(fieldsOf(record));
        wanted.set(item.itemId, { item, feed: fieldsOf(record).text("feed") });
      } catch (error) {
        if (!(error instanceof RowRefused)) throw error;
        tally.reject(error.message, row);
      }
    }
    const known = await store.catalogue.get(shopId, [...wanted.keys()]);
    const changed = [...wanted.values()].filter(({ item }) => {
      const mine = known.get(item.itemId);
      if (mine === undefined) return true;
      if (isDeepStrictEqual(mine, item)) tally.sums.known++;
      else if (isNewer(mine, item)) tally.sums.older++;
      else return true;
      return false;
    });
    await store.transfer.restoreItems(shopId, changed);
    tally.sums.restored += changed.length;
  }
  return tally.summary();
}

/** What an event says of an item never takes the place of what the shop says of it. */
const isNewer = (mine: CatalogueItem, other: CatalogueItem) =>
  mine.source === other.source ? mine.updatedAt > other.updatedAt : mine.source === "shop";

function itemIn(fields: ReturnType<typeof fieldsOf>): CatalogueItem {
  const attributes = fields.value("attributes") ?? {};
  if (typeof attributes !== "object" || Array.isArray(attributes) || JSON.stringify(attributes).length > maxAttributesLength)
    return refuseRow("attributes are not readable");
  const createdAt = fields.must("createdAt", fields.time("createdAt"));
  return {
    itemId: fields.must("itemId", fields.id("itemId")) as ItemId,
    title: fields.must("title", fields.text("title")),
    description: fields.text("description"),
    categories: fields.list("categories").map((one) => (typeof one === "string" ? one : refuseRow("categories are no texts"))),
    brand: fields.text("brand"),
    price: fields.number("price"),
    currency: fields.text("currency"),
    stock: fields.number("stock"),
    available: fields.must("available", fields.boolean("available")),
    url: fields.text("url"),
    imageUrl: fields.text("imageUrl"),
    attributes: attributes as CatalogueItem["attributes"],
    releasedAt: fields.time("releasedAt"),
    source: fields.must("source", fields.oneOf("source", ["shop", "event"] as const)),
    createdAt,
    updatedAt: fields.time("updatedAt") ?? createdAt,
  };
}
