import type { Interval } from "#evaluation/bootstrap.ts";
import type { Evaluation } from "#evaluation/evaluation.ts";
import type { Floor } from "./row.ts";

const told = ({ mean, low, high }: Interval) => `${mean.toFixed(4)} [${low.toFixed(4)} ${high.toFixed(4)}]`;

function metricOf({ results }: Evaluation, model: string, metric: string): Interval {
  const found = results.find((one) => one.model === model)?.metrics[metric];
  if (found === undefined) throw new Error(`there is no ${metric} of ${model}`);
  return found;
}

/** The figure on the test part, against a number. */
export function atLeast(model: string, metric: string, least: number): Floor {
  return {
    says: `${model} ${metric} ≥ ${least}`,
    judge(evaluation) {
      const found = metricOf(evaluation, model, metric);
      return { found: told(found), verdict: found.mean >= least ? "pass" : "fail" };
    },
  };
}

export function atMost(model: string, metric: string, most: number): Floor {
  return {
    says: `${model} ${metric} ≤ ${most}`,
    judge(evaluation) {
      const found = metricOf(evaluation, model, metric);
      return { found: told(found), verdict: found.mean <= most ? "pass" : "fail" };
    },
  };
}

/** The first model − another, on the same cases. */
function ahead({ comparisons }: Evaluation, other: string, metric: string): Interval {
  const found = comparisons.find(({ model }) => model === other)?.metrics[metric];
  if (found === undefined) throw new Error(`there is no comparison with ${other}`);
  return { mean: -found.mean, low: -found.high, high: -found.low };
}

/** The first model is better than each of the others; for sure when the whole interval is above 0. */
export function beats(first: string, others: readonly string[], metric: string): Floor[] {
  return others.map((other) => ({
    says: `${first} − ${other}, ${metric} > 0`,
    judge(evaluation) {
      const lead = ahead(evaluation, other, metric);
      return { found: told(lead), verdict: lead.low > 0 ? "pass" : lead.mean > 0 ? "in doubt" : "fail" };
    },
  }));
}

/** The first model is not worse than the other beyond what chance explains. */
export function notBehind(first: string, other: string, metric: string): Floor {
  return {
    says: `${first} − ${other}, ${metric} ≥ 0 within its interval`,
    judge(evaluation) {
      const lead = ahead(evaluation, other, metric);
      return { found: told(lead), verdict: lead.mean >= 0 ? "pass" : lead.high >= 0 ? "in doubt" : "fail" };
    },
  };
}
