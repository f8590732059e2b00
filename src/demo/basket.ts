import { type ItemId, isUsableId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import { isSellable } from "#domain/item.ts";
import { basketCookie, dropCookie, keepCookie } from "./cookies.ts";
import type { StorefrontCookie, StorefrontRequest } from "./storefront-services.ts";

export type BasketLine = { readonly itemId: ItemId; readonly quantity: number; readonly recommendationId: string | null };
export type Basket = readonly BasketLine[];
/** A line with what the shop knows of its item; only what can be bought now is filled in. */
export type PricedLine = BasketLine & { readonly item: CatalogueItem; readonly price: number; readonly buyable: boolean };

const mostLines = 25;
const mostOfOne = 99;
/** Browsers refuse cookies of more than 4096 bytes, name and attributes included. */
const longestCookie = 3600;

/** Reads the basket as a visitor sent it: whatever is not a proper line is left out. */
export function readBasket(request: StorefrontRequest): Basket {
  const parsed = parseJson(Buffer.from(request.cookies[basketCookie] ?? "", "base64url").toString("utf8"));
  if (!Array.isArray(parsed)) return [];
  return parsed.slice(0, mostLines).flatMap((entry: unknown): BasketLine[] => {
    if (!Array.isArray(entry)) return [];
    const [itemId, quantity, recommendationId]: unknown[] = entry;
    if (typeof itemId !== "string" || !isUsableId(itemId) || typeof quantity !== "number") return [];
    const from = typeof recommendationId === "string" ? readRecommendationId(recommendationId) : null;
    return [{ itemId: itemId as ItemId, quantity: clampQuantity(quantity), recommendationId: from }];
  });
}

export function writeBasket(basket: Basket): StorefrontCookie {
  const lines = basket.slice(0, mostLines);
  while (lines.length > 0) {
    const value = Buffer.from(JSON.stringify(lines.map((line) => [line.itemId, line.quantity, line.recommendationId]))).toString("base64url");
    if (value.length <= longestCookie) return keepCookie(basketCookie, value);
    lines.pop();
  }
  return dropCookie(basketCookie);
}

export function addToBasket(basket: Basket, added: BasketLine): Basket {
  const present = basket.find(({ itemId }) => itemId === added.itemId);
  if (present === undefined) return [added, ...basket];
  const together = {
    ...present,
    quantity: clampQuantity(present.quantity + added.quantity),
    recommendationId: present.recommendationId ?? added.recommendationId,
  };
  return basket.map((line) => (line === present ? together : line));
}

export function setQuantity(basket: Basket, itemId: string, quantity: number): Basket {
  if (quantity <= 0) return basket.filter((line) => line.itemId !== itemId);
  return basket.map((line) => (line.itemId === itemId ? { ...line, quantity: clampQuantity(quantity) } : line));
}

/** Puts prices to the lines and never more pieces than there are; items the shop no longer knows fall out. */
export function priceBasket(basket: Basket, items: ReadonlyMap<ItemId, CatalogueItem>): PricedLine[] {
  return basket.flatMap((line) => {
    const item = items.get(line.itemId);
    if (item === undefined) return [];
    const buyable = isBuyable(item);
    const quantity = buyable && item.stock !== null ? Math.min(line.quantity, item.stock) : line.quantity;
    return [{ ...line, quantity, item, price: item.price ?? 0, buyable }];
  });
}

export function isBuyable(item: CatalogueItem): boolean {
  return isSellable(item) && item.price !== null;
}

/** The sum in cents first, so that 0.1 + 0.2 stays out of the till. */
export function totalOf(lines: readonly PricedLine[]): number {
  return lines.filter(({ buyable }) => buyable).reduce((sum, line) => sum + Math.round(line.price * 100) * line.quantity, 0) / 100;
}

/** A form's quantity; nonsense counts as one piece, and 0 stays 0 because it means "take it out". */
export function readQuantity(text: string | null): number {
  const number = Number(text ?? "1");
  if (text === null || text.trim() === "" || Number.isNaN(number)) return 1;
  return number <= 0 ? 0 : clampQuantity(number);
}

/** Recommendation ids come back to us through addresses and cookies, so only plain ones are believed. */
export function readRecommendationId(text: string | undefined | null): string | null {
  return text !== undefined && text !== null && /^[\w.:-]{1,128}$/.test(text) ? text : null;
}

function clampQuantity(quantity: number): number {
  return Math.max(1, Math.min(mostOfOne, Math.trunc(quantity) || 1));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
