import { orThrow } from "#domain/problem.ts";
import { divide } from "#evaluation/divide.ts";
import type { EvaluationData, EvaluationRequest, ModelToTry } from "#evaluation/evaluation.ts";
import { searchParams } from "#evaluation/tune/search-params.ts";
import { modelNamed } from "#models/catalogue.ts";
import type { ModelFactory } from "#models/model.ts";
import type { Contender } from "./row.ts";

export type Choice = {
  readonly model: string;
  /** Of the first metric, on validation. */
  readonly defaults: number;
  readonly best: number;
  readonly tried: number;
  readonly seconds: number;
};

/** Validation questions that settings are judged by, as `rapport tune` has it. */
const mostValidationCases = 10_000;

export function factoryOf({ model, as, blind }: Contender): ModelFactory {
  const plain = typeof model === "string" ? orThrow(modelNamed(model)) : model;
  const named = as === undefined ? plain : { ...plain, name: as };
  return blind === true ? { ...named, fit: (training, options) => plain.fit({ ...training, content: null }, options) } : named;
}

/**
 * The models with their parameters: those to be tuned have so many seconds each to choose on the validation part, as
 * `rapport tune` does with all its time for one.
 */
export function chooseParams(
  data: EvaluationData,
  request: EvaluationRequest,
  contenders: readonly Contender[],
  secondsEach: number,
  tell: (line: string) => void,
): { models: ModelToTry[]; choices: Choice[] } {
  const clock = () => performance.now() / 1000;
  const choices: Choice[] = [];
  const plain = contenders.map((one) => ({ factory: factoryOf(one), params: one.params ?? {}, tuned: one.tuned === true }));
  if (secondsEach === 0 || plain.every(({ tuned }) => !tuned)) return { models: plain, choices };
  const [fold] = orThrow(divide(data, { ...request, part: "validation", firstFoldOnly: true, maxCases: mostValidationCases })).folds;
  const { content } = data;
  const { seed, metrics } = request;
  const models = plain.map(({ factory, params: fixed, tuned }) => {
    if (!tuned || Object.keys(factory.space).length === 0) return { factory, params: fixed };
    const begun = clock();
    const search = { factory, fixed, fold: fold!, content, metric: metrics[0], seed, endSeconds: begun + secondsEach, trials: null };
    // The test is asked with all models together, outside the time of any.
    const { params, defaults, best, tried } = searchParams({ ...search, testQuestions: 0 }, clock);
    const seconds = clock() - begun;
    choices.push({ model: factory.name, defaults, best, tried, seconds });
    tell(
      `  ${factory.name}: ${metrics[0].name} on validation ${defaults.toFixed(4)} with defaults, ${best.toFixed(4)} best of ${tried} in ${seconds.toFixed(0)} s`,
    );
    return { factory, params };
  });
  return { models, choices };
}
