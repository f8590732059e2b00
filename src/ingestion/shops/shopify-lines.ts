import type { ItemId } from "#domain/ids.ts";
import type { ItemIdSource } from "#domain/shop-platform.ts";
import { roundMoney } from "./merge-lines.ts";
import { plainTextIn } from "./plain-text.ts";
import { type Fields, idIn, numberIn, recordIn, recordsIn, textIn } from "./read-fields.ts";
import type { ShopOrderLine } from "./shop-content.ts";

/** An amount in the shop's own currency: orders also carry it in the buyer's. */
export function shopMoney(fields: Fields, setName: string, plainName: string): number | null {
  return numberIn(recordIn(recordIn(fields, setName), "shop_money"), "amount") ?? numberIn(fields, plainName);
}

export function shopifyItemId(line: Fields, source: ItemIdSource): ItemId | null {
  return (source === "product" ? idIn(line, "product_id") : source === "variant" ? idIn(line, "variant_id") : textIn(line, "sku")) as ItemId | null;
}

/** What was paid for a piece: its price less the discounts that were given on the line. */
function unitPriceOf(line: Fields, quantity: number): number | null {
  const price = shopMoney(line, "price_set", "price");
  if (price === null) return null;
  const discount = recordsIn(line, "discount_allocations").reduce((sum, one) => sum + (shopMoney(one, "amount_set", "amount") ?? 0), 0);
  return discount === 0 ? price : Math.max(0, roundMoney(price - discount / quantity));
}

/** A line of an order, basket or refund; null for what is no product of the catalogue (gift cards, tips, lines typed in by hand). */
export function shopifyLine(line: Fields, source: ItemIdSource, quantity = numberIn(line, "quantity") ?? 0): ShopOrderLine | null {
  const itemId = shopifyItemId(line, source);
  if (itemId === null || quantity <= 0 || line.gift_card === true) return null;
  return {
    itemId,
    quantity,
    unitPrice: unitPriceOf(line, numberIn(line, "quantity") || quantity),
    seen: {
      itemId,
      title: plainTextIn(line, source === "product" ? "title" : "name") ?? plainTextIn(line, "title"),
      category: null,
      brand: plainTextIn(line, "vendor"),
      price: shopMoney(line, "price_set", "price"),
    },
  };
}
