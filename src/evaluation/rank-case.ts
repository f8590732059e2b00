import type { ItemId } from "#domain/ids.ts";
import { topK } from "#kernels/top-k.ts";
import type { Model, Query } from "#models/model.ts";

/** One question with a known answer. Says nothing about who it was. */
export type Case = {
  readonly query: Query;
  /** Not to be recommended. */
  readonly seen: readonly ItemId[];
  readonly relevant: readonly ItemId[];
};

/**
 * The k best of everything the model knows (no sampled negatives) without what was seen, best first, as dense indices.
 * Masks in the model's own answer and restores it: a copy for each of 100,000 cases is most of the work.
 */
export function rankCase(model: Model, { query, seen }: Pick<Case, "query" | "seen">, k: number): number[] {
  if (model.best !== undefined) return [...model.best(query, k, seen)];
  const { values } = model.score(query);
  const masked: [index: number, value: number][] = [];
  for (const itemId of seen) {
    const index = model.ids.indexOf(itemId);
    if (index === undefined) continue;
    masked.push([index, values[index]!]);
    values[index] = Number.NEGATIVE_INFINITY;
  }
  const ranked = [...topK(values, k)].filter((index) => values[index]! > Number.NEGATIVE_INFINITY);
  for (const [index, value] of masked.reverse()) values[index] = value;
  return ranked;
}
