import type { ItemId } from "#domain/ids.ts";
import type { ItemContent } from "#models/content/item-content.ts";

/** The kinds of thing an item is: few enough that people can be said to have a taste in them. */
export type Facets = { readonly width: number; facetsOf(itemId: ItemId): readonly number[] };

const isKind = /^(sub)?_?(category|categorie|genre|department|group|class|type|section)\w*: /i;
const isWord = /^(word|text): |^text: spelling/i;
/** How much of the past is mixed into the list's distribution, so that the divergence is finite: Steck 2018. */
const smoothing = 0.01;

/** Categories and genres where the content has them, else all that is not a word of a text; null where there is nothing. */
export function facetsOf({ ids, names, starts, features }: ItemContent): Facets | null {
  const pick = (fits: (name: string) => boolean) => names.flatMap((name, feature) => (fits(name) ? [feature] : []));
  const kinds = pick((name) => isKind.test(name));
  const chosen = kinds.length > 0 ? kinds : pick((name) => !isWord.test(name));
  if (chosen.length === 0) return null;
  const facetOf = new Map(chosen.map((feature, facet) => [feature, facet]));
  return {
    width: chosen.length,
    facetsOf(itemId) {
      const index = ids.indexOf(itemId);
      return index === undefined ? [] : [...features.subarray(starts[index]!, starts[index + 1]!)].flatMap((feature) => facetOf.get(feature) ?? []);
    },
  };
}

/**
 * Kullback–Leibler divergence of the list's distribution over facets from that of the past, in nats (Steck, RecSys
 * 2018): an item spreads its weight of one evenly over its facets. Null when either has none.
 */
export function calibrationOf(list: readonly ItemId[], past: readonly ItemId[], facets: Facets): number | null {
  const [wanted, given] = [distributionOf(past, facets), distributionOf(list, facets)];
  if (wanted.size === 0 || given.size === 0) return null;
  let divergence = 0;
  for (const [facet, share] of wanted) divergence += share * Math.log(share / ((1 - smoothing) * (given.get(facet) ?? 0) + smoothing * share));
  return Math.max(0, divergence);
}

function distributionOf(items: readonly ItemId[], { facetsOf: facetsIn }: Facets): Map<number, number> {
  const shares = new Map<number, number>();
  let counted = 0;
  for (const itemId of items) {
    const own = facetsIn(itemId);
    if (own.length === 0) continue;
    counted++;
    for (const facet of own) shares.set(facet, (shares.get(facet) ?? 0) + 1 / own.length);
  }
  for (const [facet, share] of shares) shares.set(facet, share / counted);
  return shares;
}
