import type { CatalogueItem } from "#domain/item.ts";
import type { ShopSnapshot } from "./shop-snapshot.ts";

/** What liking an item may say of somebody: its narrowest category, its brand, and whether it is one of the cheap or dear ones. */
export const traitKinds = ["category", "brand", "price"] as const;
export type TraitKind = (typeof traitKinds)[number];

/** "category: Tea". The same words name a trait in the profile, in a deletion of it and in a reason. */
export const traitKey = (kind: TraitKind | "reorder", name: string) => `${kind}: ${name}`;

export function traitsOf(
  item: CatalogueItem,
  { priceThirds }: Pick<ShopSnapshot, "priceThirds">,
): { readonly kind: TraitKind; readonly name: string }[] {
  const category = item.categories.at(-1);
  const traits: { kind: TraitKind; name: string }[] = [];
  if (category !== undefined) traits.push({ kind: "category", name: category });
  if (item.brand !== null) traits.push({ kind: "brand", name: item.brand });
  if (item.price !== null && priceThirds !== null)
    traits.push({ kind: "price", name: item.price < priceThirds[0] ? "low" : item.price < priceThirds[1] ? "middle" : "high" });
  return traits;
}
