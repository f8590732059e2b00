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
  /** "shop": the shop described it. "event": only known from what people did with it. */
  readonly source: "shop" | "event";
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
};

/** May this item be shown at all? Unknown stock counts as in stock. */
export function isSellable(item: CatalogueItem): boolean {
  return item.available && (item.stock === null || item.stock > 0);
}
