import { priceBasket, totalOf, writeBasket } from "../basket.ts";
import { eventProduct } from "../pages/product-page.ts";
import { seeOther } from "../responses.ts";
import type { StorefrontResponse } from "../storefront-services.ts";
import { tellEngine, type Visit } from "../visit.ts";

/** Orders whatever in the basket can be ordered. Buying needs no consent; only telling the engine about it does. */
export async function placeOrder(visit: Visit): Promise<StorefrontResponse> {
  const { services, basket, shopper } = visit;
  const lines = priceBasket(basket, await services.items(basket.map(({ itemId }) => itemId))).filter(({ buyable }) => buyable);
  if (lines.length === 0) return seeOther("/basket?note=empty");
  // The end of an id is the part that chance makes, whatever kind of id it is.
  const orderId = `ORD-${services
    .freshId()
    .replace(/[^a-z0-9]/gi, "")
    .slice(-10)
    .toUpperCase()}`;
  await tellEngine(visit, "Order Completed", {
    order_id: orderId,
    total: totalOf(lines),
    currency: services.currency,
    products: lines.map(({ item, quantity, recommendationId }) => ({
      ...eventProduct(item, shopper.mayTrack ? recommendationId : null),
      quantity,
    })),
  });
  return seeOther(`/thanks?order=${orderId}`, [writeBasket([])]);
}
