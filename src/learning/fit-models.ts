import { dayMs } from "#domain/clock.ts";
import { judge } from "#evaluation/judge.ts";
import { mean } from "#evaluation/metrics.ts";
import type { Case } from "#evaluation/rank-case.ts";
import { type ServableName, servableModels, servableNames } from "#models/catalogue.ts";
import { daySpan } from "#models/counts/count-days.ts";
import { decodeCounts } from "#models/counts/counts-artefact.ts";

export type FitJob = {
  readonly counts: Uint8Array;
  /** Counts without the last step of the people in `cases`; null: do not judge. */
  readonly trial: { readonly counts: Uint8Array; readonly cases: readonly Case[] } | null;
};

export type ModelCard = {
  readonly description: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly from: string | null;
  readonly to: string | null;
  readonly params: Readonly<Record<string, number | string>>;
  readonly metrics: Readonly<Record<string, number>> | null;
  readonly buildSeconds: number;
  readonly bytes: number;
};

export type FittedModel = { readonly name: ServableName; readonly artefact: Uint8Array; readonly card: ModelCard };

const seed = 1;
const judgedAt = 10;
/** What every personal model has to beat. */
const yardstick = "popular" satisfies ServableName;

function metricsOf(trial: NonNullable<FitJob["trial"]>): Partial<Record<ServableName, Record<string, number>>> {
  const counts = decodeCounts(trial.counts);
  const judged = (name: ServableName) => {
    const { perCase, coverage, gini } = judge(servableModels[name].fitCounts(counts, null, { seed }), trial.cases, judgedAt);
    return { ndcg: mean(perCase.map(({ ndcg }) => ndcg)), hr: mean(perCase.map(({ hr }) => hr)), coverage, gini };
  };
  const plain = judged(yardstick);
  const metrics: Partial<Record<ServableName, Record<string, number>>> = {};
  for (const name of ["linear", yardstick] as const) {
    const { ndcg, hr, coverage, gini } = name === yardstick ? plain : judged(name);
    metrics[name] = { [`ndcg@${judgedAt}`]: ndcg, [`hr@${judgedAt}`]: hr, coverage, gini, people: trial.cases.length };
    if (name !== yardstick)
      Object.assign(metrics[name], { [`${yardstick}.ndcg@${judgedAt}`]: plain.ndcg, [`${yardstick}.hr@${judgedAt}`]: plain.hr });
  }
  return metrics;
}

/** Makes every model of the catalogue from the counts, and judges them where a trial is given. */
export function fitModels(job: FitJob, secondsSinceStart: () => number): FittedModel[] {
  const counts = decodeCounts(job.counts);
  const metrics = job.trial === null ? {} : metricsOf(job.trial);
  const span = daySpan(counts.days);
  const dayOf = (day: number | undefined) => (day === undefined ? null : new Date(day * dayMs).toISOString());
  return servableNames.map((name) => {
    const start = secondsSinceStart();
    const model = servableModels[name].fitCounts(counts, null, { seed });
    const artefact = model.save();
    const { description, params, counts: sizes } = model.describe();
    const buildSeconds = secondsSinceStart() - start;
    const card = {
      description,
      counts: sizes,
      from: dayOf(span?.first),
      to: dayOf(span?.last),
      params,
      metrics: metrics[name] ?? null,
      buildSeconds,
      bytes: artefact.length,
    };
    return { name, artefact, card };
  });
}
