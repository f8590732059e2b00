import { productsOf } from "./products.ts";
import { type Fields, listOf, numberOf, textOf, told } from "./read-fields.ts";

/** What a push of the page's means to Rapport. */
export type Track = { readonly event: string; readonly properties: Record<string, unknown> };

type Read = (params: Fields) => Track[];

/** Events about single products: one product stands in the properties, several in a list. */
const aboutProducts =
  (event: string): Read =>
  (params) => {
    const products = productsOf(params.items);
    if (products.length === 0) return [];
    const shared = { currency: textOf(params.currency), recommendation_id: textOf(params.recommendation_id) };
    return [{ event, properties: told(products.length === 1 ? { ...shared, ...products[0] } : { ...shared, products }) }];
  };

/** Events about a cart or a list as a whole. */
const aboutAll =
  (event: string, more: (params: Fields) => Fields = () => ({})): Read =>
  (params) => {
    const products = productsOf(params.items);
    const shared = { currency: textOf(params.currency), value: numberOf(params.value), coupon: textOf(params.coupon) };
    return [{ event, properties: told({ ...shared, ...more(params), ...(products.length > 0 && { products }) }) }];
  };

/** Without the number of the order nobody can tell it from another. */
const aboutOrder =
  (event: string, needsProducts: boolean): Read =>
  (params) => {
    const orderId = textOf(params.transaction_id);
    const products = productsOf(params.items);
    if (needsProducts ? products.length === 0 : orderId === undefined && products.length === 0) return [];
    const money = { value: numberOf(params.value), revenue: numberOf(params.value), tax: numberOf(params.tax), shipping: numberOf(params.shipping) };
    const about = { affiliation: textOf(params.affiliation), coupon: textOf(params.coupon), currency: textOf(params.currency) };
    return [{ event, properties: told({ order_id: orderId, ...money, ...about, ...(products.length > 0 && { products }) }) }];
  };

/** Promotions stand in the parameters, or (older) on each item. */
const aboutPromotions =
  (event: string): Read =>
  (params) => {
    const onItems = listOf(params.items).filter((item) => textOf(item.promotion_id) ?? textOf(item.promotion_name));
    const promotions = (textOf(params.promotion_id) ?? textOf(params.promotion_name)) ? [params] : onItems;
    return promotions.slice(0, 20).map((one) => ({
      event,
      properties: told({
        promotion_id: textOf(one.promotion_id) ?? textOf(one.promotion_name),
        name: textOf(one.promotion_name),
        creative: textOf(one.creative_name),
        position: textOf(one.creative_slot),
      }),
    }));
  };

const share: Read = (params) => {
  const productId = textOf(params.item_id);
  const isCart = textOf(params.content_type)?.toLowerCase() === "cart";
  if (productId === undefined && !isCart) return [];
  return [{ event: isCart ? "Cart Shared" : "Product Shared", properties: told({ product_id: productId, share_via: textOf(params.method) }) }];
};

/** The words of a search are left behind: Rapport keeps none. */
const search: Read = () => [{ event: "Products Searched", properties: {} }];

const reads: ReadonlyMap<string, Read> = new Map<string, Read>([
  ["view_item", aboutProducts("Product Viewed")],
  ["select_item", aboutProducts("Product Clicked")],
  ["add_to_cart", aboutProducts("Product Added")],
  ["remove_from_cart", aboutProducts("Product Removed")],
  ["add_to_wishlist", aboutProducts("Product Added to Wishlist")],
  [
    "view_item_list",
    aboutAll("Product List Viewed", (params) => ({ list_id: textOf(params.item_list_id), category: textOf(params.item_list_name) })),
  ],
  ["view_cart", aboutAll("Cart Viewed")],
  ["begin_checkout", aboutAll("Checkout Started")],
  ["add_shipping_info", aboutAll("Checkout Step Completed", (params) => ({ shipping_method: textOf(params.shipping_tier) }))],
  ["add_payment_info", aboutAll("Payment Info Entered", (params) => ({ payment_method: textOf(params.payment_type) }))],
  ["purchase", aboutOrder("Order Completed", true)],
  ["refund", aboutOrder("Order Refunded", false)],
  ["view_promotion", aboutPromotions("Promotion Viewed")],
  ["select_promotion", aboutPromotions("Promotion Clicked")],
  ["search", search],
  ["view_search_results", search],
  ["login", (params) => [{ event: "Signed In", properties: told({ method: textOf(params.method) }) }]],
  ["sign_up", (params) => [{ event: "Signed Up", properties: told({ method: textOf(params.method) }) }]],
  ["share", share],
]);

export function isGa4Event(name: unknown): name is string {
  return typeof name === "string" && reads.has(name);
}

/** A GA4 event in Segment's words; none when it is not about the shop, or says too little. */
export function tracksOfGa4(name: string, params: Fields): Track[] {
  return reads.get(name)?.(params) ?? [];
}
