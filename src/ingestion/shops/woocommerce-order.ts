import type { CustomerId, ItemId, OrderId } from "#domain/ids.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import type { ItemIdSource } from "#domain/shop-platform.ts";
import { mergeLines, roundMoney } from "./merge-lines.ts";
import { plainTextIn } from "./plain-text.ts";
import { currencyIn, type Fields, idIn, numberIn, recordsIn, textIn, timeIn } from "./read-fields.ts";
import { ignored, type ShopContent, type ShopOrderLine } from "./shop-content.ts";
import { guestOf } from "./shopify-order.ts";

/** Somebody is being waited for: the customer, a bank. Not a purchase yet; if it was one before, it stays one. */
const waiting: ReadonlySet<string> = new Set(["pending", "on-hold", "checkout-draft", "auto-draft", "draft", "new"]);
const placed: ReadonlySet<string> = new Set(["processing", "completed"]);
const fallenThrough: ReadonlySet<string> = new Set(["cancelled", "failed", "trash"]);

/** What was paid for a piece: the line's total, which is after discounts, shared out; with tax where prices are shown with it. */
function unitPriceOf(line: Fields, quantity: number, withTax: boolean): number | null {
  const total = numberIn(line, "total");
  if (total === null) return numberIn(line, "price");
  const paid = total + (withTax ? (numberIn(line, "total_tax") ?? 0) : 0);
  return paid < 0 ? null : roundMoney(paid / quantity);
}

function lineOf(line: Fields, source: ItemIdSource, withTax: boolean): ShopOrderLine | null {
  const product = idIn(line, "product_id");
  const itemId = (source === "sku" ? textIn(line, "sku") : source === "product" ? product : (idIn(line, "variation_id") ?? product)) as ItemId | null;
  const quantity = numberIn(line, "quantity") ?? 0;
  if (itemId === null || quantity <= 0) return null;
  const unitPrice = unitPriceOf(line, quantity, withTax);
  const title = plainTextIn(line, source === "product" ? "parent_name" : "name") ?? plainTextIn(line, "name");
  return { itemId, quantity, unitPrice, seen: { itemId, title, category: null, brand: null, price: unitPrice } };
}

/**
 * `order.*`: the order as it stands. Its status decides: processing and completed are purchases, and so is any status a
 * plugin has added once the order is paid. Of the person the customer's number is read and nothing else.
 */
export function woocommerceOrder(payload: Fields, source: ItemIdSource): Result<ShopContent> {
  const orderId = idIn(payload, "id") as OrderId | null;
  if (orderId === null) return refuse("EVENT_INVALID", "id of the order is missing");
  const status = textIn(payload, "status")?.replace(/^wc-/, "");
  if (status === undefined) return refuse("EVENT_INVALID", "status is missing");
  const wasPaid = timeIn(payload, "date_paid_gmt") !== null || timeIn(payload, "date_paid") !== null;
  if (waiting.has(status) || (!placed.has(status) && !fallenThrough.has(status) && status !== "refunded" && !wasPaid))
    return succeed(ignored("ORDER_NOT_PLACED"));
  const placedAt = timeIn(payload, "date_created_gmt") ?? timeIn(payload, "date_created");
  if (placedAt === null) return refuse("EVENT_TIME_INVALID", "date_created_gmt");
  if (!Array.isArray(payload.line_items)) return refuse("EVENT_INVALID", "line_items is not a list");
  const withTax = payload.prices_include_tax === true;
  const lines = recordsIn(payload, "line_items")
    .map((line) => lineOf(line, source, withTax))
    .filter((line) => line !== null);
  const customerId = idIn(payload, "customer_id") as CustomerId | null;
  return succeed({
    kind: "order",
    order: {
      orderId,
      names: { customerId, anonymousId: customerId === null ? guestOf(orderId) : null },
      placedAt,
      changedAt: timeIn(payload, "date_modified_gmt") ?? timeIn(payload, "date_modified") ?? placedAt,
      state: fallenThrough.has(status) ? "cancelled" : status === "refunded" ? "refunded" : "placed",
      wasPlaced: wasPaid || status === "refunded",
      currency: currencyIn(payload, "currency"),
      lines: mergeLines(lines),
      // Partial refunds are told as amounts without saying what came back.
      returns: [],
    },
  });
}

/** `order.deleted`: the id is all that is left of it. */
export function woocommerceOrderGone(payload: Fields): Result<ShopContent> {
  const orderId = idIn(payload, "id") as OrderId | null;
  return orderId === null ? refuse("EVENT_INVALID", "id of the order is missing") : succeed({ kind: "order-gone", orderId });
}
