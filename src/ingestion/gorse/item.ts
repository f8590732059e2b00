import type { EpochMs } from "#domain/clock.ts";
import type { ItemId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import type { FineTime } from "#storage/ports/gorse-store.ts";

/** An item as a Gorse client describes it. */
export type GorseItem = {
  readonly itemId: ItemId;
  readonly isHidden: boolean;
  readonly categories: readonly string[];
  readonly at: FineTime;
  /** Any JSON value. */
  readonly labels: unknown;
  readonly comment: string;
};

/**
 * What Gorse says of an item beside what every catalogue says. `Comment` only where the comment is no title; `titled` where it is: then
 * the title is the comment, and stands in the content of the model once.
 */
type GorseAttributes = { readonly Labels?: unknown; readonly Comment?: string; readonly titled?: true; readonly nanos?: number };

const longestTitle = 1000;
const canBeTitle = (comment: string) => comment.trim() !== "" && comment.length <= longestTitle && !/\p{Cc}/u.test(comment);

/** What is known of the item already and Gorse has no word for (its price, its picture) stays. */
export function toCatalogueItem(item: GorseItem, known: CatalogueItem | undefined, now: EpochMs): CatalogueItem {
  const titled = canBeTitle(item.comment);
  const gorse: GorseAttributes = {
    ...(item.labels !== null && { Labels: item.labels }),
    ...(titled ? { titled } : item.comment !== "" && { Comment: item.comment }),
    ...(item.at !== null && item.at.nanos > 0 && { nanos: item.at.nanos }),
  };
  return {
    itemId: item.itemId,
    title: titled ? item.comment : item.itemId,
    description: known?.description ?? null,
    categories: item.categories,
    brand: known?.brand ?? null,
    price: known?.price ?? null,
    currency: known?.currency ?? null,
    stock: known?.stock ?? null,
    available: !item.isHidden,
    url: known?.url ?? null,
    imageUrl: known?.imageUrl ?? null,
    attributes: { ...known?.attributes, gorse },
    releasedAt: item.at?.ms ?? null,
    source: "shop",
    createdAt: known?.createdAt ?? now,
    updatedAt: now,
  };
}

export function toGorseItem(item: CatalogueItem): GorseItem {
  const gorse = Object.hasOwn(item.attributes, "gorse") ? (item.attributes.gorse as GorseAttributes) : null;
  // Described in other words than Gorse's, an item's title is its comment; one only met in events has none.
  const comment = gorse === null ? (item.source === "shop" ? item.title : "") : gorse.titled === true ? item.title : (gorse.Comment ?? "");
  return {
    itemId: item.itemId,
    isHidden: !item.available,
    categories: item.categories,
    at: item.releasedAt === null ? null : { ms: item.releasedAt, nanos: gorse?.nanos ?? 0 },
    labels: gorse?.Labels ?? null,
    comment,
  };
}

/** An item that feedback names and nobody has described. */
export function unknownItem(itemId: ItemId, now: EpochMs): CatalogueItem {
  const nothing: GorseItem = { itemId, isHidden: false, categories: [], at: null, labels: null, comment: "" };
  return { ...toCatalogueItem(nothing, undefined, now), attributes: {}, source: "event" };
}
