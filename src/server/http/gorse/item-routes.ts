import type { FastifyRequest } from "fastify";
import type { ItemId, ShopId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import { type GorseItem, toCatalogueItem, toGorseItem } from "#ingestion/gorse/item.ts";
import { decodeItem, listOf, patchItem, usableId } from "./decode-gorse.ts";
import { encodeItem, rowsAffected } from "./encode-gorse.ts";
import type { GorseDeps, GorseRoutes } from "./gorse-deps.ts";
import { notFound } from "./gorse-error.ts";
import { countOf, cursorOf, cursorTo, queryText } from "./query-fields.ts";

export const itemIdOf = (request: FastifyRequest) => usableId((request.params as { readonly item: string }).item, "item id") as ItemId;

/** Puts items into the catalogue; what is known of them beside Gorse's words stays. */
export async function putGorseItems({ house }: Pick<GorseDeps, "house">, shopId: ShopId, items: readonly GorseItem[]): Promise<void> {
  const known = await house.store.catalogue.get(
    shopId,
    items.map(({ itemId }) => itemId),
  );
  const now = house.clock();
  await house.store.catalogue.put(
    shopId,
    items.map((item) => toCatalogueItem(item, known.get(item.itemId), now)),
  );
  house.snapshots.expire(shopId);
}

/** `/api/item`, `/api/items` */
export function addItemRoutes(route: GorseRoutes, deps: GorseDeps): void {
  const { house, removeFeedback, answers, learning } = deps;
  const { catalogue } = house.store;

  async function put(request: FastifyRequest, items: readonly GorseItem[]) {
    await putGorseItems(deps, request.shop.shopId, items);
    return rowsAffected(items.length);
  }

  async function find(request: FastifyRequest): Promise<CatalogueItem> {
    const itemId = itemIdOf(request);
    const item = (await catalogue.get(request.shop.shopId, [itemId])).get(itemId);
    if (item === undefined) throw notFound(`${itemId}: item not found`);
    return item;
  }

  const categoryOf = (request: FastifyRequest) => (request.params as { readonly category: string }).category.toWellFormed();

  route("POST", "/item", async (request) => put(request, [decodeItem(request.body)]));
  route("POST", "/items", async (request) => put(request, listOf(request.body, "items").map(decodeItem)));
  route("GET", "/item/:item", async (request) => encodeItem(await find(request)));
  route("PATCH", "/item/:item", async (request) => {
    const item = toGorseItem(await find(request));
    return put(request, [patchItem(request.body, item)]);
  });

  route("DELETE", "/item/:item", async (request) => {
    await removeFeedback.item(request.shop.shopId, itemIdOf(request));
    house.snapshots.expire(request.shop.shopId);
    learning.poke();
    return rowsAffected(1);
  });

  route("PUT", "/item/:item/category/:category", async (request) => {
    const item = toGorseItem(await find(request));
    const category = categoryOf(request);
    return item.categories.includes(category) ? rowsAffected(1) : put(request, [{ ...item, categories: [...item.categories, category] }]);
  });

  route("DELETE", "/item/:item/category/:category", async (request) => {
    const item = toGorseItem(await find(request));
    const category = categoryOf(request);
    return put(request, [{ ...item, categories: item.categories.filter((one) => one !== category) }]);
  });

  route("GET", "/items", async (request) => {
    const n = countOf(request);
    const { shopId } = request.shop;
    const query = queryText(request, "q") ?? "";
    if (query !== "") return { Cursor: "", Items: (await answers.search(shopId, query, n)).map(encodeItem) };
    const after = (cursorOf(request, 1)?.[0] ?? null) as ItemId | null;
    const items = await catalogue.list(shopId, { after, limit: n + 1, query: null });
    const page = items.slice(0, n);
    return { Cursor: items.length > n && n > 0 ? cursorTo([page.at(-1)!.itemId]) : "", Items: page.map(encodeItem) };
  });
}
