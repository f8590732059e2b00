import type { ItemId } from "#domain/ids.ts";

/**
 * Quality of the first k of one ranked list against what was really chosen (`relevant`, not empty). Binary gains, all in
 * [0, 1]; 0 for an empty list. Relevant items that the list could not hold count as missed.
 */
export type RankingMetric = (ranked: readonly ItemId[], relevant: ReadonlySet<ItemId>, k: number) => number;

const hitsIn = (ranked: readonly ItemId[], relevant: ReadonlySet<ItemId>, k: number): number[] =>
  ranked.slice(0, k).flatMap((itemId, position) => (relevant.has(itemId) ? [position + 1] : []));
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
/** What a hit at this rank (from 1) is worth: Järvelin & Kekäläinen 2002, with log2. */
const gainAt = (rank: number): number => 1 / Math.log2(rank + 1);

export const rankingMetrics = {
  /** Discounted gain as a share of the best that was possible within k. */
  ndcg(ranked, relevant, k) {
    const best = Array.from({ length: Math.min(k, relevant.size) }, (_, position) => gainAt(position + 1));
    return sum(hitsIn(ranked, relevant, k).map(gainAt)) / sum(best);
  },
  /** 1 when anything relevant is there. */
  hr: (ranked, relevant, k) => (hitsIn(ranked, relevant, k).length > 0 ? 1 : 0),
  /** The share of what was relevant that is there. */
  recall: (ranked, relevant, k) => hitsIn(ranked, relevant, k).length / relevant.size,
  /** 1 / rank of the first hit. */
  mrr(ranked, relevant, k) {
    const [first] = hitsIn(ranked, relevant, k);
    return first === undefined ? 0 : 1 / first;
  },
  /** Mean over the relevant items (at most k) of the precision at the rank where each was found. */
  map: (ranked, relevant, k) => sum(hitsIn(ranked, relevant, k).map((rank, before) => (before + 1) / rank)) / Math.min(k, relevant.size),
} as const satisfies Record<string, RankingMetric>;

/** How far foretold ratings are from the real ones, in the units of the scale. Smaller is better. */
export const ratingErrors = {
  rmse: { lossOf: (difference: number) => difference * difference, finish: Math.sqrt },
  mae: { lossOf: Math.abs, finish: (mean: number) => mean },
} as const;

/** Gini coefficient of how evenly `counts` are spread: 0 even, towards 1 all on one. Zero when there is nothing. */
export function gini(counts: readonly number[]): number {
  const sorted = counts.toSorted((a, b) => a - b);
  const total = sum(sorted);
  if (total === 0) return 0;
  const weighted = sorted.reduce((soFar, count, rank) => soFar + (2 * (rank + 1) - sorted.length - 1) * count, 0);
  return weighted / (sorted.length * total);
}

/** 0 for nothing. */
export function mean(values: ArrayLike<number>): number {
  let total = 0;
  for (let at = 0; at < values.length; at++) total += values[at]!;
  return values.length === 0 ? 0 : total / values.length;
}
