import { judge } from "#evaluation/judge.ts";
import { mean } from "#evaluation/metrics.ts";
import { type ServableName, servableModels } from "#models/catalogue.ts";
import type { ItemContent } from "#models/content/item-content.ts";
import type { Counts } from "#models/counts/counts.ts";
import { withHeldOut } from "#models/counts/unlearn.ts";
import type { Trial } from "./draw-trial.ts";
import { servedParams } from "./fit-models.ts";

export type Metrics = Readonly<Record<string, number>>;

const judgedAt = 10;
/** What every personal model has to beat. */
const yardstick = "popular" satisfies ServableName;

/**
 * Makes the models anew, as they are published, of counts that do not know the last occasion of some people, and asks
 * for it. The counts are the living ones, and afterwards what they were. Seconds for a large shop: a whole solve.
 */
export function judgeModels(
  counts: Counts,
  content: ItemContent | null,
  { heldOut, cases }: Trial,
  seed: number,
): Partial<Record<ServableName, Metrics>> {
  return withHeldOut(counts, heldOut, () => {
    const judged = (name: ServableName) => {
      const { perCase, coverage, gini } = judge(
        servableModels[name].fitCounts(counts, content, { seed, params: servedParams[name] }),
        cases,
        judgedAt,
      );
      return { ndcg: mean(perCase.map(({ ndcg }) => ndcg)), hr: mean(perCase.map(({ hr }) => hr)), coverage, gini };
    };
    const plain = judged(yardstick);
    const metrics: Partial<Record<ServableName, Metrics>> = {};
    for (const name of ["linear", yardstick] as const) {
      const { ndcg, hr, coverage, gini } = name === yardstick ? plain : judged(name);
      const beside = name === yardstick ? {} : { [`${yardstick}.ndcg@${judgedAt}`]: plain.ndcg, [`${yardstick}.hr@${judgedAt}`]: plain.hr };
      metrics[name] = { [`ndcg@${judgedAt}`]: ndcg, [`hr@${judgedAt}`]: hr, coverage, gini, people: cases.length, ...beside };
    }
    return metrics;
  });
}
