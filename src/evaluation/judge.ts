import type { ItemId } from "#domain/ids.ts";
import { topK } from "#kernels/top-k.ts";
import type { Model, QueryTerm } from "#models/model.ts";
import { gini, type RankingMetrics, rankingMetrics } from "./metrics.ts";

/** One question with a known answer. Says nothing about who it was. */
export type Case = {
  readonly query: readonly QueryTerm[] /** Not to be recommended. */;
  readonly seen: readonly ItemId[];
  readonly relevant: readonly ItemId[];
};

export type Judgement = {
  readonly cases: number;
  /** In the order of the cases, for confidence intervals and paired comparison. */
  readonly perCase: readonly RankingMetrics[];
  readonly coverage: number;
  readonly gini: number;
};

/** Ranks the full catalogue of the model for each case and compares the first k with what was chosen. */
export function judge(model: Model, cases: readonly Case[], k: number): Judgement {
  const shown = new Float64Array(model.ids.size());
  const perCase = cases.map(({ query, seen, relevant }) => {
    const values = model.score(query).values.slice();
    for (const itemId of seen) {
      const index = model.ids.indexOf(itemId);
      if (index !== undefined) values[index] = Number.NEGATIVE_INFINITY;
    }
    const ranked = [...topK(values, k)].filter((index) => values[index]! > Number.NEGATIVE_INFINITY);
    for (const index of ranked) shown[index]!++;
    return rankingMetrics(
      ranked.map((index) => model.ids.idOf(index)),
      new Set(relevant),
      k,
    );
  });
  return {
    cases: cases.length,
    perCase,
    coverage: shown.length === 0 ? 0 : shown.filter((count) => count > 0).length / shown.length,
    gini: gini([...shown]),
  };
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;
}
