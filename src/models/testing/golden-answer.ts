import type { ServableModel } from "../model.ts";

/** What a golden model answers to a question about its first three items: all scores. */
export function goldenAnswer(model: ServableModel): number[] {
  const terms = model.ids.ids().slice(0, 3);
  return [...model.score(terms.map((itemId, index) => ({ itemId, strength: 1 - index / 4, age: 0, at: null, rating: null }))).values];
}
