import type { Track } from "./ga4-events.ts";
import { productsOf } from "./products.ts";
import { type Fields, isFields, listOf, numberOf, textOf, told } from "./read-fields.ts";

// Enhanced e-commerce of Universal Analytics, as many shops still push it: what happened is the name of the field.

const actions: readonly (readonly [field: string, event: string])[] = [
  ["detail", "Product Viewed"],
  ["click", "Product Clicked"],
  ["add", "Product Added"],
  ["remove", "Product Removed"],
];

const promotions: readonly (readonly [field: string, event: string])[] = [
  ["promoView", "Promotion Viewed"],
  ["promoClick", "Promotion Clicked"],
];

export function isUniversal(ecommerce: Fields): boolean {
  return ["detail", "click", "add", "remove", "checkout", "purchase", "refund", "impressions", "promoView", "promoClick"].some(
    (field) => isFields(ecommerce[field]) || Array.isArray(ecommerce[field]),
  );
}

export function tracksOfUniversal(ecommerce: Fields): Track[] {
  const tracks: Track[] = [];
  const currency = textOf(ecommerce.currencyCode);
  for (const [field, event] of actions) {
    const action = ecommerce[field];
    const products = isFields(action) ? productsOf(action.products) : [];
    if (products.length === 0) continue;
    tracks.push({ event, properties: told(products.length === 1 ? { currency, ...products[0] } : { currency, products }) });
  }
  const impressions = productsOf(ecommerce.impressions);
  if (impressions.length > 0) tracks.push({ event: "Product List Viewed", properties: told({ currency, products: impressions }) });
  for (const [field, event] of promotions) {
    const action = ecommerce[field];
    for (const one of isFields(action) ? listOf(action.promotions).slice(0, 20) : []) {
      const promotionId = textOf(one.id) ?? textOf(one.name);
      if (promotionId === undefined) continue;
      const { name, creative, position } = one;
      tracks.push({
        event,
        properties: told({ promotion_id: promotionId, name: textOf(name), creative: textOf(creative), position: textOf(position) }),
      });
    }
  }
  if (isFields(ecommerce.checkout)) {
    const { actionField } = ecommerce.checkout;
    const step = isFields(actionField) ? numberOf(actionField.step) : undefined;
    const products = productsOf(ecommerce.checkout.products);
    const event = step === undefined || step === 1 ? "Checkout Started" : "Checkout Step Viewed";
    tracks.push({ event, properties: told({ currency, step, ...(products.length > 0 && { products }) }) });
  }
  for (const [field, event] of [
    ["purchase", "Order Completed"],
    ["refund", "Order Refunded"],
  ] as const) {
    const order = ecommerce[field];
    if (!isFields(order)) continue;
    const about = isFields(order.actionField) ? order.actionField : {};
    const products = productsOf(order.products);
    const orderId = textOf(about.id);
    if (field === "purchase" ? products.length === 0 : orderId === undefined && products.length === 0) continue;
    const revenue = numberOf(about.revenue);
    tracks.push({
      event,
      properties: told({
        order_id: orderId,
        affiliation: textOf(about.affiliation),
        // Universal Analytics counts tax and shipping into revenue.
        total: revenue,
        tax: numberOf(about.tax),
        shipping: numberOf(about.shipping),
        coupon: textOf(about.coupon),
        currency,
        ...(products.length > 0 && { products }),
      }),
    });
  }
  return tracks;
}
