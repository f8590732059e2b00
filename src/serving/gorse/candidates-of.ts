import type { ShopSnapshot } from "../shop-snapshot.ts";
import type { Wanted } from "./scored-item.ts";

/** 1 for each item that is sold, in every one of the categories, and not left out. */
export function candidatesOf(snapshot: ShopSnapshot, { categories, without }: Pick<Wanted, "categories" | "without">): Uint8Array {
  const candidates = snapshot.sellable.slice();
  for (const category of new Set(categories)) {
    const here = new Uint8Array(candidates.length);
    for (const position of snapshot.inCategory.get(category) ?? []) here[position] = candidates[position]!;
    candidates.set(here);
  }
  for (const itemId of without) {
    const position = snapshot.positionOf.get(itemId);
    if (position !== undefined) candidates[position] = 0;
  }
  return candidates;
}
