import type { EpochMs } from "./clock.ts";
import type { ItemId } from "./ids.ts";

/** A product as the shop describes it. */
export type CatalogueItem = {
  readonly itemId: ItemId;
  readonly title: string;
  readonly description: string | null;
  /** From the widest to the narrowest: ["Kitchen", "Mugs"]. */
  readonly categories: readonly string[];
  readonly brand: string | null;
  readonly price: number | null;
  readonly currency: string | null;
  /** Pieces left; null = not counted. */
  readonly stock: number | null;
  /** False: the shop does not sell it now. */
  readonly available: boolean;
  readonly url: string | null;
  readonly imageUrl: string | null;
  /** Whatever else the shop says of it (colour, size, material, labels); plain JSON, at most `maxAttributesLength`. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** When it came out, where the shop says so. */
  readonly releasedAt: EpochMs | null;
  /** "shop": the shop described it. "event": only known from what people did with it. */
  readonly source: "shop" | "event";
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
};

/** Longest `attributes` of one item, in characters of JSON. */
export const maxAttributesLength = 65_536;

/** May this item be shown at all? Unknown stock counts as in stock. */
export function isSellable(item: CatalogueItem): boolean {
  return item.available && (item.stock === null || item.stock > 0);
}
