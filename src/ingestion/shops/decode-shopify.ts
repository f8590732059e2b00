import type { CustomerId, OrderId } from "#domain/ids.ts";
import { type Result, succeed } from "#domain/problem.ts";
import { type Fields, idIn, recordIn } from "./read-fields.ts";
import { ignored, type RightsDemand, type ShopContent } from "./shop-content.ts";
import { shopifyBasket, shopifyOrder, shopifyRefund } from "./shopify-order.ts";
import { type ProductContext, shopifyProduct, shopifyProductGone } from "./shopify-product.ts";

/** The customer's number is read; their address, telephone and name are not. */
function demandOf(kind: RightsDemand["kind"], payload: Fields): Result<ShopContent> {
  const orders = payload.orders_to_redact ?? payload.orders_requested;
  const orderIds = Array.isArray(orders) ? orders.map((id: unknown) => idIn({ id }, "id")).filter((id) => id !== null) : [];
  const customerId = idIn(recordIn(payload, "customer"), "id") as CustomerId | null;
  const reference = idIn(recordIn(payload, "data_request"), "id") ?? customerId;
  return succeed({ kind: "demand", demand: { kind, customerId, orderIds: orderIds as OrderId[], reference } });
}

const byTopic: Readonly<Record<string, (payload: Fields, context: ProductContext) => Result<ShopContent>>> = {
  "orders/create": (payload, { itemIdSource }) => shopifyOrder(payload, itemIdSource),
  "orders/paid": (payload, { itemIdSource }) => shopifyOrder(payload, itemIdSource),
  "orders/updated": (payload, { itemIdSource }) => shopifyOrder(payload, itemIdSource),
  "orders/fulfilled": (payload, { itemIdSource }) => shopifyOrder(payload, itemIdSource),
  "orders/partially_fulfilled": (payload, { itemIdSource }) => shopifyOrder(payload, itemIdSource),
  "orders/cancelled": (payload, { itemIdSource, now }) =>
    shopifyOrder({ ...payload, cancelled_at: payload.cancelled_at ?? payload.updated_at ?? new Date(now).toISOString() }, itemIdSource),
  "orders/delete": (payload) => {
    const orderId = idIn(payload, "id") as OrderId | null;
    return succeed(orderId === null ? ignored("ORDER_UNKNOWN") : { kind: "order-gone", orderId });
  },
  "refunds/create": (payload, { itemIdSource }) => shopifyRefund(payload, itemIdSource),
  "carts/create": (payload, { itemIdSource, now }) => shopifyBasket(payload, itemIdSource, now),
  "carts/update": (payload, { itemIdSource, now }) => shopifyBasket(payload, itemIdSource, now),
  "checkouts/create": (payload, { itemIdSource, now }) => shopifyBasket(payload, itemIdSource, now),
  "checkouts/update": (payload, { itemIdSource, now }) => shopifyBasket(payload, itemIdSource, now),
  "products/create": shopifyProduct,
  "products/update": shopifyProduct,
  "products/delete": shopifyProductGone,
  "customers/data_request": (payload) => demandOf("access", payload),
  "customers/redact": (payload) => demandOf("erase-customer", payload),
  "shop/redact": (payload) => demandOf("erase-shop", payload),
};

/**
 * A webhook of Shopify's Admin API as what it comes down to. Everything about customers but their number stays out, and
 * so does what other topics tell: agreeing to marketing is not agreeing to being personalized.
 */
export function decodeShopify(topic: string, payload: Fields, context: ProductContext): Result<ShopContent> {
  const decode = Object.hasOwn(byTopic, topic) ? byTopic[topic] : undefined;
  return decode === undefined ? succeed(ignored("TOPIC_IGNORED")) : decode(payload, context);
}
