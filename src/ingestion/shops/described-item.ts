import type { EpochMs } from "#domain/clock.ts";
import type { ItemId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import { plainText } from "./plain-text.ts";

/** What platforms say of an item, loosely; made to fit the catalogue here. */
export type LooseItem = {
  readonly itemId: string;
  readonly title: string;
  readonly descriptionHtml: string | null;
  readonly categories: readonly string[];
  readonly brand: string | null;
  readonly price: number | null;
  readonly stock: number | null;
  readonly available: boolean;
  readonly url: string | null;
  readonly imageUrl: string | null;
  readonly createdAt: EpochMs;
};

const webAddress = (text: string | null) => (text !== null && /^https?:\/\//i.test(text) && text.length <= 2000 ? text : null);

export function describedItem(loose: LooseItem, currency: string, now: EpochMs): CatalogueItem {
  const price = loose.price !== null && loose.price >= 0 ? loose.price : null;
  const title = plainText(loose.title, 1000);
  return {
    itemId: loose.itemId as ItemId,
    title: title === "" ? loose.itemId : title,
    description: loose.descriptionHtml === null ? null : plainText(loose.descriptionHtml, 20_000) || null,
    categories: loose.categories
      .map((category) => plainText(category, 256))
      .filter((category) => category !== "")
      .slice(0, 20),
    brand: loose.brand === null ? null : plainText(loose.brand, 256) || null,
    price,
    currency: price === null ? null : currency,
    stock: loose.stock === null ? null : Math.max(0, Math.floor(loose.stock)),
    available: loose.available,
    url: webAddress(loose.url),
    imageUrl: webAddress(loose.imageUrl),
    attributes: {},
    releasedAt: null,
    source: "shop",
    createdAt: loose.createdAt,
    updatedAt: now,
  };
}
