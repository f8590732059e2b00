import type { Model } from "#models/model.ts";
import { gini, rankingMetrics } from "./metrics.ts";
import { type Case, rankCase } from "./rank-case.ts";

export type Judgement = {
  readonly cases: number;
  /** In the order of the cases. */
  readonly perCase: readonly { readonly ndcg: number; readonly hr: number }[];
  readonly coverage: number;
  readonly gini: number;
};

/** A short judgement for a model's card: ranks the full catalogue for each case and compares the first k with what was chosen. */
export function judge(model: Model, cases: readonly Case[], k: number): Judgement {
  const shown = new Float64Array(model.ids.size());
  const perCase = cases.map((one) => {
    const ranked = rankCase(model, one, k);
    for (const index of ranked) shown[index]!++;
    const itemIds = ranked.map((index) => model.ids.idOf(index));
    const relevant = new Set(one.relevant);
    return { ndcg: rankingMetrics.ndcg(itemIds, relevant, k), hr: rankingMetrics.hr(itemIds, relevant, k) };
  });
  return {
    cases: cases.length,
    perCase,
    coverage: shown.length === 0 ? 0 : shown.filter((count) => count > 0).length / shown.length,
    gini: gini([...shown]),
  };
}
