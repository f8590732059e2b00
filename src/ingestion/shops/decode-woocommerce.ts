import { type Result, succeed } from "#domain/problem.ts";
import type { Fields } from "./read-fields.ts";
import { ignored, type ShopContent } from "./shop-content.ts";
import type { ProductContext } from "./shopify-product.ts";
import { woocommerceOrder, woocommerceOrderGone } from "./woocommerce-order.ts";
import { woocommerceProduct, woocommerceProductGone } from "./woocommerce-product.ts";

const byTopic: Readonly<Record<string, (payload: Fields, context: ProductContext) => Result<ShopContent>>> = {
  "order.created": (payload, { itemIdSource }) => woocommerceOrder(payload, itemIdSource),
  "order.updated": (payload, { itemIdSource }) => woocommerceOrder(payload, itemIdSource),
  "order.restored": (payload, { itemIdSource }) => woocommerceOrder(payload, itemIdSource),
  "order.deleted": woocommerceOrderGone,
  "product.created": woocommerceProduct,
  "product.updated": woocommerceProduct,
  "product.restored": woocommerceProduct,
  "product.deleted": woocommerceProductGone,
};

/** A webhook of WooCommerce as what it comes down to; customers, coupons and a plugin's own actions change nothing here. */
export function decodeWoocommerce(topic: string, payload: Fields, context: ProductContext): Result<ShopContent> {
  const decode = Object.hasOwn(byTopic, topic) ? byTopic[topic] : undefined;
  return decode === undefined ? succeed(ignored("TOPIC_IGNORED")) : decode(payload, context);
}

/** What WooCommerce sends when a webhook is saved, to see whether somebody answers: a form, and not signed. */
export function isPing(body: Buffer): boolean {
  return body.length < 40 && /^webhook_id=\d{1,20}$/.test(body.toString("latin1").trim());
}
