import type { RecommendationsBody } from "#server/contract/recommendations.ts";
import { saySurface } from "../parts/words.ts";

/** What a surface wants to know about the page: nothing, its product, or what lies in the basket. */
type PageNeed = "nothing" | "product" | "basket";

const needs: Readonly<Record<string, PageNeed>> = {
  "for-you": "nothing",
  popular: "nothing",
  similar: "product",
  "bought-together": "product",
  "complete-basket": "basket",
  reorder: "nothing",
};

export const surfaceChoices = Object.keys(needs).map((surface) => ({ value: surface, label: saySurface(surface) }));

export function needOf(surface: string): PageNeed {
  return needs[surface] ?? "nothing";
}

/** Null while the surface still lacks the product it is about. */
export function previewBody(customerId: string, surface: string, item: string): RecommendationsBody | null {
  const need = needOf(surface);
  if (need === "product" && !item) return null;
  const body: RecommendationsBody = { customerId, surface, n: 10, preview: true, explain: "short" };
  if (need === "product") body.item = item;
  if (need === "basket" && item) body.basket = [item];
  return body;
}
