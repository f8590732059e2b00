import type { ItemId } from "#domain/ids.ts";

/** Quality of one ranked list against what was really chosen. All in [0, 1]; 0 for an empty list. */
export type RankingMetrics = { readonly ndcg: number; readonly hr: number; readonly recall: number; readonly mrr: number };

/**
 * NDCG with binary gains and log2 discount, hit rate, recall and reciprocal rank at the length of `ranked`.
 * `relevant` must not be empty.
 */
export function rankingMetrics(ranked: readonly ItemId[], relevant: ReadonlySet<ItemId>, k: number): RankingMetrics {
  let [dcg, hits, first] = [0, 0, 0];
  for (const [position, itemId] of ranked.slice(0, k).entries()) {
    if (!relevant.has(itemId)) continue;
    dcg += 1 / Math.log2(position + 2);
    hits++;
    if (first === 0) first = position + 1;
  }
  let ideal = 0;
  for (let position = 0; position < Math.min(k, relevant.size); position++) ideal += 1 / Math.log2(position + 2);
  return { ndcg: dcg / ideal, hr: hits > 0 ? 1 : 0, recall: hits / relevant.size, mrr: first === 0 ? 0 : 1 / first };
}

/** Gini coefficient of how evenly `counts` are spread: 0 even, towards 1 all on one. Zero when there is nothing. */
export function gini(counts: readonly number[]): number {
  const sorted = counts.toSorted((a, b) => a - b);
  const sum = sorted.reduce((a, b) => a + b, 0);
  if (sum === 0) return 0;
  const weighted = sorted.reduce((total, count, rank) => total + (2 * (rank + 1) - sorted.length - 1) * count, 0);
  return weighted / (sorted.length * sum);
}
