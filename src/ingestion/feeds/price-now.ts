import type { EpochMs } from "#domain/clock.ts";
import { currencyOf, type Price, parsePrice } from "./parse-price.ts";
import { type First, type Found, type Remarks, textOf } from "./row-remarks.ts";
import { timeOf } from "./time-of.ts";

/** What the item costs at this moment, and when that will be another price. */
export type Sale = { price: number | null; currency: string | null; attributes: Record<string, unknown>; staleAt: EpochMs | null };

/** The sale price while the sale lasts, else the price. A price in another currency than the shop's is none. */
export function priceNow(
  first: First,
  { currency: shopCurrency, at }: { readonly currency: string; readonly at: EpochMs },
  { refuse, note }: Remarks,
): Sale {
  const [found, saleFound, window] = [first(["price"]), first(["sale_price"]), first(["sale_price_effective_date"])];
  const named = textOf(first(["currency"])?.values[0]).trim();
  const nothing: Sale = { price: null, currency: null, attributes: {}, staleAt: null };
  const read = ({ values }: NonNullable<Found>): Price | null => {
    const [value] = values;
    if (typeof value === "number") return value >= 0 && Number.isFinite(value) ? { amount: value, currency: null } : null;
    return parsePrice(textOf(value));
  };
  if (found === null) {
    note("FIELD_MISSING", "price", "");
    return nothing;
  }
  const price = read(found);
  if (price === null) {
    refuse("PRICE_INVALID", found.field, found.values[0]);
    return nothing;
  }
  const currency = price.currency ?? (named === "" ? shopCurrency : (currencyOf(named) ?? named));
  if (currency !== shopCurrency) {
    note("CURRENCY_OTHER", found.field, found.values[0]);
    return nothing;
  }
  const regular: Sale = { ...nothing, price: price.amount, currency };
  if (saleFound === null) return regular;
  const sale = read(saleFound);
  const between = window === null ? ([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const) : timesBetween(textOf(window.values[0]));
  if (sale === null || (sale.currency ?? currency) !== currency || sale.amount > price.amount || between === null) {
    note(
      "SALE_PRICE_IGNORED",
      between === null ? "sale_price_effective_date" : saleFound.field,
      between === null ? window!.values[0] : saleFound.values[0],
    );
    return regular;
  }
  const [from, to] = between;
  if (to <= at) return regular;
  const attributes = { regular_price: price.amount, sale_price: sale.amount };
  if (from > at) return { ...regular, attributes, staleAt: from };
  return { price: sale.amount, currency, attributes, staleAt: Number.isFinite(to) ? to : null };
}

/** "2026-02-24T11:07+0100/2026-03-07T23:07Z" */
function timesBetween(text: string): readonly [EpochMs, EpochMs] | null {
  const [from, to, ...more] = text.split("/").map((part) => timeOf(part));
  return from === undefined || to === undefined || from === null || to === null || more.length > 0 || from > to ? null : [from, to];
}
