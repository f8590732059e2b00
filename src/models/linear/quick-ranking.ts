import { onGrid } from "./exact-sum.ts";
import type { WeightRows } from "./weight-rows.ts";

export type QuickRanking = {
  /**
   * `sources[t]` is the t-th term's item (−1 unknown), `weights[t]` how loudly it asks, `hidden` what is not to be ranked (−1
   * is nothing). Indices of the k best, best first.
   */
  best(sources: readonly number[], weights: Float64Array, popularityShare: number, k: number, hidden: readonly number[]): Int32Array;
};

/**
 * Ranks without a pass over the catalogue: a question reaches only the items that its terms speak for; of all others the
 * most popular are the best. Works in arrays that are kept and cleaned after each question, so nothing is left to collect:
 * what takes time at 100k items is not adding, it is a fresh array of them.
 */
export function createQuickRanking(rows: WeightRows, popularity: Float32Array): QuickRanking {
  const n = popularity.length;
  let kept: {
    readonly sums: Float64Array;
    readonly met: Uint8Array;
    readonly items: Int32Array;
    readonly scores: Float64Array;
    readonly byPopularity: Int32Array;
  } | null = null;
  // Made when first asked: a model that is only loaded or saved needs none of it.
  const open = () => ({
    sums: new Float64Array(n),
    met: new Uint8Array(n),
    items: new Int32Array(n),
    scores: new Float64Array(n),
    byPopularity: Int32Array.from({ length: n }, (_, item) => item).sort((a, b) => popularity[b]! - popularity[a]! || a - b),
  });
  return {
    best(sources, weights, popularityShare, k, hidden) {
      kept ??= open();
      const { sums, met, items, scores, byPopularity } = kept;
      const { starts, targets, weights: rowWeights } = rows;
      let count = 0;
      let voices = 0;
      for (let term = 0; term < sources.length; term++) {
        const source = sources[term]!;
        if (source < 0) continue;
        const weight = weights[term]!;
        voices += Math.max(0, weight);
        for (let at = starts[source]!; at < starts[source + 1]!; at++) {
          const target = targets[at]!;
          if (met[target] === 0) {
            met[target] = 1;
            items[count++] = target;
          }
          sums[target]! += onGrid(weight * rowWeights[at]!);
        }
      }
      const share = popularityShare * voices;
      // Without a popularity share all others score 0, and the lowest index comes first.
      let others = 0;
      const otherAt = (place: number) => (share === 0 ? place : byPopularity[place]!);
      for (const item of hidden) if (item >= 0) met[item]! |= 2;
      for (let place = 0; place < n && others < k; place++) {
        const item = otherAt(place);
        if (met[item] !== 0) continue;
        items[count++] = item;
        others++;
      }
      for (let place = 0; place < count; place++) {
        const item = items[place]!;
        scores[place] = met[item]! >= 2 ? Number.NEGATIVE_INFINITY : sums[item]! + (share === 0 ? 0 : onGrid(share * popularity[item]!));
      }
      const chosen = strongest(items, scores, count, k);
      for (let place = 0; place < count; place++) {
        sums[items[place]!] = 0;
        met[items[place]!] = 0;
      }
      for (const item of hidden) if (item >= 0) met[item] = 0;
      return chosen;
    },
  };
}

/** The k best of `items` (each with its score, in any order), best first, equal ones by item; −∞ is left out. A heap of k, the worst on top. */
function strongest(items: Int32Array, scores: Float64Array, count: number, k: number): Int32Array {
  const heap = new Int32Array(Math.min(k, count));
  const worse = (a: number, b: number) => scores[a]! < scores[b]! || (scores[a]! === scores[b]! && items[a]! > items[b]!);
  let filled = 0;
  const sink = (start: number, end: number) => {
    const moved = heap[start]!;
    let at = start;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= end) break;
      if (child + 1 < end && worse(heap[child + 1]!, heap[child]!)) child++;
      if (!worse(heap[child]!, moved)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = moved;
  };
  for (let place = 0; place < count; place++) {
    if (scores[place] === Number.NEGATIVE_INFINITY) continue;
    if (filled < heap.length) {
      heap[filled++] = place;
      if (filled === heap.length) for (let start = (filled >> 1) - 1; start >= 0; start--) sink(start, filled);
    } else if (filled > 0 && worse(heap[0]!, place)) {
      heap[0] = place;
      sink(0, filled);
    }
  }
  if (filled < heap.length) for (let start = (filled >> 1) - 1; start >= 0; start--) sink(start, filled);
  for (let last = filled - 1; last > 0; last--) {
    const worst = heap[0]!;
    heap[0] = heap[last]!;
    heap[last] = worst;
    sink(0, last);
  }
  return heap.subarray(0, filled).map((place) => items[place]!);
}
