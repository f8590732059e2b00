import type { CatalogueItem } from "#domain/item.ts";
import type { ItemAttributes } from "./create-item-content.ts";

/** What the shop itself says of its item, for `createItemContent`; nothing that says how many are left or where to click. */
export function attributesOf({ title, description, categories, brand, price }: CatalogueItem): ItemAttributes {
  return {
    ...(title.trim() !== "" && { title }),
    ...(description !== null && { description }),
    ...(categories.length > 0 && { categories }),
    ...(brand !== null && { brand }),
    ...(price !== null && { price }),
  };
}
