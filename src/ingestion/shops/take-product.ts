import type { ItemId, ShopId } from "#domain/ids.ts";
import { isUsableId } from "#domain/ids.ts";
import { ProblemError } from "#domain/problem.ts";
import type { ShopPlatform } from "#domain/shop-platform.ts";
import type { ConnectionStore } from "#storage/ports/connection-store.ts";
import type { CatalogueStore } from "#storage/ports.ts";
import { createInTurn } from "./in-turn.ts";
import type { IgnoredReason, ShopContent, ShopProduct } from "./shop-content.ts";

export type ProductOutcome = { readonly items: number; readonly ignored: IgnoredReason | null };

export type TakeProduct = {
  product(shopId: ShopId, platform: ShopPlatform, product: ShopProduct): Promise<ProductOutcome>;
  gone(shopId: ShopId, platform: ShopPlatform, gone: Extract<ShopContent, { kind: "product-gone" }>, at: number): Promise<ProductOutcome>;
};

/** Keeps the catalogue as the shop tells it. What the shop takes away stays known, so that histories keep their meaning, and is shown no more. */
export function createTakeProduct(deps: {
  readonly connections: Pick<ConnectionStore, "product" | "keepProduct">;
  readonly catalogue: Pick<CatalogueStore, "get" | "put">;
}): TakeProduct {
  const { connections, catalogue } = deps;
  const inTurn = createInTurn();

  async function withdraw(shopId: ShopId, itemIds: readonly ItemId[], at: number): Promise<number> {
    const items = [...(await catalogue.get(shopId, itemIds)).values()].filter(({ available }) => available);
    if (items.length > 0)
      await catalogue.put(
        shopId,
        items.map((item) => ({ ...item, available: false, updatedAt: at })),
      );
    return items.length;
  }

  async function take(shopId: ShopId, platform: ShopPlatform, { productId, changedAt, items }: ShopProduct): Promise<ProductOutcome> {
    for (const id of [productId, ...items.map(({ itemId }) => itemId)])
      if (!isUsableId(id)) throw new ProblemError({ code: "ITEM_INVALID", detail: "id" });
    const before = await connections.product(shopId, platform, productId);
    if (before !== null && changedAt < before.changedAt) return { items: 0, ignored: "STALE" };
    const itemIds = items.map(({ itemId }) => itemId);
    const left = (before?.itemIds ?? []).filter((itemId) => !itemIds.includes(itemId));
    const withdrawn = await withdraw(shopId, left, changedAt);
    if (items.length > 0) await catalogue.put(shopId, items);
    await connections.keepProduct(shopId, platform, { productId, changedAt, itemIds });
    return { items: items.length + withdrawn, ignored: items.length + withdrawn === 0 ? "NO_PRODUCTS" : null };
  }

  const turnOf = (shopId: ShopId, productId: string) => `${shopId} ${productId}`;
  return {
    product: (shopId, platform, product) => inTurn(turnOf(shopId, product.productId), () => take(shopId, platform, product)),
    gone: (shopId, platform, { productId, itemId }, at) =>
      inTurn(turnOf(shopId, productId), async () => {
        if (!isUsableId(productId)) return { items: 0, ignored: "PRODUCT_UNKNOWN" };
        const before = await connections.product(shopId, platform, productId);
        const itemIds = [...new Set([...(before?.itemIds ?? []), ...(itemId === null ? [] : [itemId])])];
        const items = await withdraw(shopId, itemIds, at);
        if (before !== null) await connections.keepProduct(shopId, platform, { productId, changedAt: before.changedAt, itemIds: [] });
        return { items, ignored: items === 0 ? "PRODUCT_UNKNOWN" : null };
      }),
  };
}
