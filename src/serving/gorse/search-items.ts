import type { CatalogueItem } from "#domain/item.ts";
import type { ShopSnapshot } from "../shop-snapshot.ts";

const fold = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const wordsOf = (text: string) => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/**
 * The items whose title or id has every word of the query, in whole or at its beginning. First those that have the words one after the
 * other, then those that say little else; of equal ones in order of id.
 */
export function searchItems(snapshot: ShopSnapshot, query: string, n: number): CatalogueItem[] {
  const wanted = wordsOf(query);
  if (wanted.length === 0) return [];
  const phrase = wanted.join(" ");
  const found: { readonly item: CatalogueItem; readonly rank: number; readonly words: number }[] = [];
  for (const item of snapshot.items) {
    const words = [...wordsOf(item.title), ...(item.title === item.itemId ? [] : wordsOf(item.itemId))];
    if (!wanted.every((one) => words.some((word) => word.startsWith(one)))) continue;
    const together = ` ${words.join(" ")} `.includes(` ${phrase} `);
    found.push({ item, rank: together ? 0 : 1, words: words.length });
  }
  found.sort((a, b) => a.rank - b.rank || a.words - b.words || (a.item.itemId < b.item.itemId ? -1 : 1));
  return found.slice(0, n).map(({ item }) => item);
}
