import { type Result, succeed } from "#domain/problem.ts";
import { divide } from "../divide.ts";
import { evaluate } from "../evaluate.ts";
import type { Evaluation, EvaluationData, EvaluationRequest } from "../evaluation.ts";
import { type Found, searchParams } from "./search-params.ts";

export type TuneRequest = Omit<EvaluationRequest, "part" | "firstFoldOnly"> & {
  /** For all models together. */
  readonly seconds: number;
  /** Settings to try of each model beside the defaults; null: as many as the time allows. */
  readonly trials: number | null;
};

export type Tuning = {
  readonly model: string;
  /** The first metric, on validation: of the winner, and of the defaults. */
  readonly validation: Readonly<Record<string, number>>;
  readonly defaults: Readonly<Record<string, number>>;
  readonly tried: number;
  readonly finished: number;
  readonly seconds: number;
};

export type Tuned = Evaluation & { readonly tuning: readonly Tuning[] };

/** Validation questions that settings are judged by, unless said otherwise: more cost time that more settings use better. */
const mostValidationCases = 10_000;

/**
 * Chooses parameters on the validation part alone, then learns from all but the test and asks for the test, once. The
 * time is parted evenly among the models that are still to come.
 */
export function tune(data: EvaluationData, request: TuneRequest, secondsSinceStart: () => number): Result<Tuned> {
  const start = secondsSinceStart();
  const { models, metrics, seed, seconds, trials, maxCases } = request;
  const asked = { ...request, firstFoldOnly: true };
  const validation = divide(data, { ...asked, part: "validation", maxCases: maxCases ?? mostValidationCases });
  if (!validation.ok) return validation;
  // Looked at only for its size: the time that asking it takes is set aside.
  const test = divide(data, { ...asked, part: "test" });
  if (!test.ok) return test;
  const testQuestions = test.value.folds[0]!.questions.length;
  const [fold] = validation.value.folds;
  const [metric] = metrics;
  // For the winners' fits at the end.
  let setAside = 0;
  const found = models.map(({ factory, params: fixed }, at): Found & { readonly took: number } => {
    const begun = secondsSinceStart();
    const share = Math.max(0, start + seconds - setAside - begun) / (models.length - at);
    const search = { factory, fixed, fold: fold!, content: data.content, metric, seed, endSeconds: begun + share, trials, testQuestions };
    const best = searchParams(search, secondsSinceStart);
    setAside += best.lastSeconds;
    return { ...best, took: secondsSinceStart() - begun };
  });
  const judged = evaluate(
    data,
    { ...asked, part: "test", models: models.map(({ factory }, at) => ({ factory, params: found[at]!.params })) },
    secondsSinceStart,
  );
  if (!judged.ok) return judged;
  const tuning = found.map(({ best, defaults, tried, finished, took }, at) => ({
    model: models[at]!.factory.name,
    validation: { [metric.name]: best },
    defaults: { [metric.name]: defaults },
    tried,
    finished,
    seconds: took,
  }));
  return succeed({ ...judged.value, tuning });
}
