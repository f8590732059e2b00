import { type ItemId, isUsableId } from "#domain/ids.ts";
import { addToBasket, isBuyable, readQuantity, readRecommendationId, setQuantity, writeBasket } from "../basket.ts";
import { oneField } from "../form-fields.ts";
import { notFoundPage } from "../pages/not-found-page.ts";
import { eventProduct } from "../pages/product-page.ts";
import { seeOther } from "../responses.ts";
import type { StorefrontResponse } from "../storefront-services.ts";
import { tellEngine, type Visit } from "../visit.ts";

export async function addItem(visit: Visit): Promise<StorefrontResponse> {
  const { request, services, shopper, basket } = visit;
  const itemId = oneField(request, "item") as ItemId | null;
  const item = itemId !== null && isUsableId(itemId) ? (await services.items([itemId])).get(itemId) : undefined;
  if (itemId === null || item === undefined) return notFoundPage(visit);
  const quantity = Math.min(readQuantity(oneField(request, "quantity")), item.stock ?? Number.POSITIVE_INFINITY);
  if (!isBuyable(item) || quantity < 1) return seeOther("/basket");
  const recommendationId = shopper.mayTrack ? readRecommendationId(oneField(request, "rec")) : null;
  await tellEngine(visit, "Product Added", { ...eventProduct(item, recommendationId), currency: item.currency ?? services.currency, quantity });
  return seeOther("/basket?note=in-basket", [writeBasket(addToBasket(basket, { itemId, quantity, recommendationId }))]);
}

export async function changeItem(visit: Visit): Promise<StorefrontResponse> {
  const { request, services, basket } = visit;
  const line = basket.find(({ itemId }) => itemId === oneField(request, "item"));
  if (line === undefined) return seeOther("/basket");
  const quantity = oneField(request, "remove") === null ? readQuantity(oneField(request, "quantity")) : 0;
  if (quantity === 0) {
    const item = (await services.items([line.itemId])).get(line.itemId);
    if (item !== undefined) await tellEngine(visit, "Product Removed", { ...eventProduct(item, line.recommendationId), quantity: line.quantity });
  }
  return seeOther("/basket", [writeBasket(setQuantity(basket, line.itemId, quantity))]);
}
