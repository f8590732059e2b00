import { isAvailable } from "./availability.ts";
import { isNode, listOf, type Node, type NodeIndex, typesOf } from "./json-ld-nodes.ts";
import { parsePrice } from "./parse-price.ts";

export type OfferFields = {
  readonly price: string | null;
  readonly availability: string | null;
  readonly url: string | null;
  readonly sku: string | null;
  readonly condition: string | null;
};

type Priced = { readonly amount: number; readonly currency: string };

/** What the offers of a product come to: the lowest price among those that can be had, and whether any can. */
export function offerOf(value: unknown, index: NodeIndex): OfferFields {
  const offers = listOf(value).flatMap((one) => flatten(index.resolve(one), index, 0));
  const states = offers.map(stateOf);
  const open = offers.filter((_, at) => states[at] !== false);
  const priced = (open.length > 0 ? open : offers).flatMap((offer) => priceOf(offer, index) ?? []);
  // Prices in different currencies cannot be compared; the first names the one that counts.
  const cheapest = priced.filter(({ currency }) => currency === priced[0]!.currency).sort((a, b) => a.amount - b.amount)[0];
  const said = states.filter((state) => state !== undefined);
  const best = open[0] ?? offers[0];
  return {
    price: cheapest === undefined ? null : `${cheapest.amount} ${cheapest.currency}`.trim(),
    availability:
      said.length === 0 ? null : said.some((state) => state === true) ? "in_stock" : said.every((state) => state === false) ? "out_of_stock" : null,
    url: text(best?.url),
    sku: text(best?.sku),
    condition: text(best?.itemCondition),
  };
}

const text = (value: unknown): string | null => (typeof value === "string" && value.trim() !== "" ? value.trim() : null);

/** The single offers of an aggregate; the aggregate itself where it lists none. */
function flatten(offer: Node | null, index: NodeIndex, depth: number): Node[] {
  if (offer === null || depth > 3) return [];
  if (!typesOf(offer).includes("AggregateOffer")) return [offer];
  const inner = listOf(offer.offers).flatMap((one) => flatten(index.resolve(one), index, depth + 1));
  const withCurrency = inner.map((one) => ({ priceCurrency: offer.priceCurrency, ...one }));
  return withCurrency.some((one) => priceOf(one, index) !== null) ? withCurrency : [offer];
}

function stateOf({ availability }: Node): boolean | null | undefined {
  const word = isNode(availability) ? availability["@id"] : listOf(availability)[0];
  return typeof word === "string" ? isAvailable(word) : undefined;
}

function priceOf(offer: Node, index: NodeIndex): Priced | null {
  const own = amountIn(offer.price ?? offer.lowPrice, offer.priceCurrency);
  if (own !== null) return own;
  for (const value of listOf(offer.priceSpecification)) {
    const specification = index.resolve(value);
    // What it cost before, or would cost elsewhere, is not what it costs.
    if (specification === null || /ListPrice|StrikethroughPrice|SRP|MSRP/.test(String(specification.priceType ?? ""))) continue;
    const found = amountIn(specification.price ?? specification.minPrice, specification.priceCurrency ?? offer.priceCurrency);
    if (found !== null) return found;
  }
  return null;
}

function amountIn(value: unknown, currency: unknown): Priced | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  const parsed = parsePrice(String(value));
  if (parsed === null) return null;
  return { amount: parsed.amount, currency: typeof currency === "string" && currency.trim() !== "" ? currency.trim() : (parsed.currency ?? "") };
}
