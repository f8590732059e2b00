import type { ItemId } from "#domain/ids.ts";
import type { Choices } from "#privacy/preferences/choices.ts";
import type { Choosable } from "#privacy/preferences/manage-preferences.ts";
import type { ShopSnapshot } from "./shop-snapshot.ts";

/** What there is to choose among. */
export const choosableIn = ({ positionOf, inCategory, ofBrand }: ShopSnapshot): Choosable => ({
  hasItem: (id) => positionOf.has(id as ItemId),
  hasCategory: (name) => inCategory.has(name),
  hasBrand: (name) => ofBrand.has(name),
});

type Limits = Pick<Choices, "less" | "mutedCategories" | "mutedBrands">;

/** Where the items stand that somebody does not want to be shown: on no surface, whatever else is allowed. */
export function limitedPositions({ positionOf, inCategory, ofBrand }: ShopSnapshot, { less, mutedCategories, mutedBrands }: Limits): number[] {
  if (less.size === 0 && mutedCategories.size === 0 && mutedBrands.size === 0) return [];
  return [
    ...[...less].flatMap((itemId) => positionOf.get(itemId) ?? []),
    ...[...mutedCategories].flatMap((category) => [...(inCategory.get(category) ?? [])]),
    ...[...mutedBrands].flatMap((brand) => [...(ofBrand.get(brand) ?? [])]),
  ];
}
