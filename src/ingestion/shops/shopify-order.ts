import type { AnonymousId, CustomerId, OrderId } from "#domain/ids.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import type { ItemIdSource } from "#domain/shop-platform.ts";
import { mergeLines, roundMoney } from "./merge-lines.ts";
import { currencyIn, type Fields, idIn, numberIn, recordIn, recordsIn, timeIn } from "./read-fields.ts";
import { ignored, type ShopContent, type ShopReturn } from "./shop-content.ts";
import { shopifyLine, shopMoney } from "./shopify-lines.ts";

const present = <Value>(value: Value | null): value is Value => value !== null;

/** Payments that were let go before any money moved: nothing was bought. */
const fallenThrough: ReadonlySet<unknown> = new Set(["voided", "expired"]);

/** Somebody who ordered without an account is nobody else, and known by nothing but the order. */
export function guestOf(orderId: string): AnonymousId {
  return `guest:${orderId}` as AnonymousId;
}

/** `orderLines`: the lines of the order, where the refund only numbers them. */
function returnOf(refund: Fields, source: ItemIdSource, orderLines: readonly Fields[] = []): ShopReturn | null {
  const refundId = idIn(refund, "id");
  const at = timeIn(refund, "processed_at") ?? timeIn(refund, "created_at");
  if (refundId === null || at === null) return null;
  const lines = recordsIn(refund, "refund_line_items").map((returned) => {
    const quantity = numberIn(returned, "quantity") ?? 0;
    const lineId = idIn(returned, "line_item_id");
    const told = Object.hasOwn(returned, "line_item") ? recordIn(returned, "line_item") : orderLines.find((one) => idIn(one, "id") === lineId);
    const line = shopifyLine(told ?? {}, source, quantity);
    const subtotal = shopMoney(returned, "subtotal_set", "subtotal");
    if (line === null) return null;
    const unitPrice = subtotal === null || subtotal < 0 ? line.unitPrice : roundMoney(subtotal / quantity);
    return { itemId: line.itemId, quantity, unitPrice };
  });
  return { returnId: `shopify:${refundId}`, at, lines: mergeLines(lines.filter(present)) };
}

/** `orders/*`: the order as it stands. Of the person the id is read and nothing else. */
export function shopifyOrder(payload: Fields, source: ItemIdSource): Result<ShopContent> {
  const orderId = idIn(payload, "id") as OrderId | null;
  if (orderId === null) return refuse("EVENT_INVALID", "id of the order is missing");
  if (payload.test === true) return succeed(ignored("TEST_ORDER"));
  const createdAt = timeIn(payload, "created_at");
  const placedAt = timeIn(payload, "processed_at") ?? createdAt;
  if (placedAt === null) return refuse("EVENT_TIME_INVALID", "created_at");
  const cancelledAt = timeIn(payload, "cancelled_at");
  const changedAt = Math.max(timeIn(payload, "updated_at") ?? createdAt ?? placedAt, cancelledAt ?? 0);
  if (!Array.isArray(payload.line_items)) return refuse("EVENT_INVALID", "line_items is not a list");
  const lines = recordsIn(payload, "line_items").map((line) => shopifyLine(line, source));
  const customerId = idIn(recordIn(payload, "customer"), "id") as CustomerId | null;
  const state = cancelledAt !== null || fallenThrough.has(payload.financial_status) ? "cancelled" : "placed";
  return succeed({
    kind: "order",
    order: {
      orderId,
      names: { customerId, anonymousId: customerId === null ? guestOf(orderId) : null },
      placedAt,
      changedAt,
      state,
      wasPlaced: true,
      currency: currencyIn(payload, "currency"),
      lines: mergeLines(lines.filter(present)),
      // Of a cancelled order nothing is left that could come back.
      returns:
        state === "cancelled"
          ? []
          : recordsIn(payload, "refunds")
              .map((refund) => returnOf(refund, source, recordsIn(payload, "line_items")))
              .filter(present)
              .filter(({ lines: returned }) => returned.length > 0),
    },
  });
}

/** `refunds/create`: names the order, but not the person. */
export function shopifyRefund(payload: Fields, source: ItemIdSource): Result<ShopContent> {
  const orderId = idIn(payload, "order_id") as OrderId | null;
  if (orderId === null) return refuse("EVENT_INVALID", "order_id is missing");
  const part = returnOf(payload, source);
  if (part === null) return refuse("EVENT_INVALID", "id or created_at of the refund is missing");
  // Money for postage, or for a dented box: nothing came back.
  if (part.lines.length === 0) return succeed(ignored("NO_PRODUCTS"));
  return succeed({ kind: "return", orderId, currency: null, part });
}

/** `carts/*` and `checkouts/*`: what is in the basket now. */
export function shopifyBasket(payload: Fields, source: ItemIdSource, now: number): Result<ShopContent> {
  const basketId = idIn(payload, "cart_token") ?? idIn(payload, "token") ?? idIn(payload, "id");
  if (basketId === null) return refuse("EVENT_INVALID", "token of the basket is missing");
  const lines = mergeLines(
    recordsIn(payload, "line_items")
      .map((line) => shopifyLine(line, source))
      .filter(present),
  );
  if (lines.length === 0) return succeed(ignored("NO_PRODUCTS"));
  const customerId = idIn(recordIn(payload, "customer"), "id") as CustomerId | null;
  const names = { customerId, anonymousId: customerId === null ? (`basket:${basketId}` as AnonymousId) : null };
  return succeed({ kind: "basket", basketId, names, at: timeIn(payload, "updated_at") ?? now, lines });
}
