import { type Result, succeed } from "#domain/problem.ts";
import type { History } from "#models/step.ts";
import { surroundingsOf } from "./beyond-accuracy.ts";
import { bootstrap, type Column } from "./bootstrap.ts";
import { divide } from "./divide.ts";
import type { Evaluation, EvaluationData, EvaluationRequest, Sizes } from "./evaluation.ts";
import type { Fold } from "./protocols/protocol.ts";
import { type Tried, tryModel } from "./try-model.ts";

/** Learns from one part of the histories, asks for the other, and says how good each model was. */
export function evaluate(data: EvaluationData, request: EvaluationRequest, secondsSinceStart: () => number): Result<Evaluation> {
  const divided = divide(data, request);
  if (!divided.ok) return divided;
  const { folds, cutAt } = divided.value;
  const surroundings = request.metrics[0].answers === "list" ? surroundingsOf(folds[0]!.learn, data.content) : null;
  const tried = request.models.map((one) => tryModel(one, folds, { surroundings, ...data }, request, secondsSinceStart));
  const counts = countsOf(folds);
  const report = withBounds(tried, folds, request);
  return succeed({
    dataset: sizesOf(data.histories),
    test: data.given === null ? null : sizesOf(data.given.map(({ asked }) => asked)),
    protocol: request.protocol,
    part: request.part,
    cutAt: isoOf(cutAt),
    cases: counts.reduce((sum, count) => sum + count, 0),
    repeats: request.repeats,
    seed: request.seed,
    ...report,
  });
}

function withBounds(
  tried: readonly Tried[],
  folds: readonly Fold[],
  { metrics, seed }: EvaluationRequest,
): Pick<Evaluation, "results" | "comparisons"> {
  const units = unitsOf(folds);
  const columns = tried.flatMap(({ sums }) =>
    sums.map((values, at): Column => {
      const metric = metrics[at]!;
      return { sums: byUnit(values, units), ...(metric.answers === "ratings" && { finish: metric.finish }) };
    }),
  );
  const drawn = bootstrap(columns, byUnit(countsOf(folds), units), seed);
  const named = <Value>(of: (metric: number) => Value) => Object.fromEntries(metrics.map(({ name }, at) => [name, of(at)]));
  return {
    results: tried.map(({ result }, model) => ({ ...result, metrics: named((at) => drawn.intervalOf(model * metrics.length + at)) })),
    comparisons: tried.slice(1).map(({ result }, before) => ({
      model: result.model,
      with: tried[0]!.result.model,
      metrics: named((at) => drawn.differenceOf((before + 1) * metrics.length + at, at)),
    })),
  };
}

const countsOf = (folds: readonly Fold[]) =>
  Float64Array.from(folds.flatMap(({ questions }) => questions.map(({ ratings }) => (ratings === null ? 1 : ratings.length))));

const unitsOf = (folds: readonly Fold[]) => folds.flatMap(({ questions }) => questions.map(({ unit }) => unit));

/** Adds up what belongs to one unit, also over several folds. */
function byUnit(values: Float64Array, units: readonly number[]): Float64Array {
  const placeOf = new Map<number, number>();
  for (const unit of units) if (!placeOf.has(unit)) placeOf.set(unit, placeOf.size);
  const sums = new Float64Array(placeOf.size);
  for (const [at, unit] of units.entries()) sums[placeOf.get(unit)!]! += values[at]!;
  return sums;
}

function sizesOf(histories: readonly History[]): Sizes {
  const items = new Set<string>();
  let events = 0;
  for (const history of histories) {
    events += history.length;
    for (const { itemId } of history) items.add(itemId);
  }
  return { users: histories.length, items: items.size, events };
}

/** Null also for what is beyond the calendar: plain numbers may stand in for times. */
function isoOf(at: number | null): string | null {
  return at === null || !(Math.abs(at) <= 8.64e15) ? null : new Date(at).toISOString();
}
