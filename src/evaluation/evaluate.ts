import { type Result, refuse, succeed } from "#domain/problem.ts";
import type { ItemContent } from "#models/content/item-content.ts";
import type { ModelFactory, Training } from "#models/model.ts";
import type { Params } from "#models/params.ts";
import type { History } from "#models/step.ts";
import { type BeyondAccuracy, beyondAccuracy, type Popularity, popularityOf } from "./beyond-accuracy.ts";
import { bootstrap, type Interval } from "./bootstrap.ts";
import type { NamedMetric } from "./named-metric.ts";
import { type Case, rankCase } from "./rank-case.ts";
import { leaveOneOut, type Part, type Split, splitByTime } from "./splits.ts";

export const protocols = ["time-split", "leave-one-out"] as const;
export type Protocol = (typeof protocols)[number];

/** A model, and the parameters that are not left to its defaults. */
export type ModelToTry = { readonly factory: ModelFactory; readonly params: Params };

export type EvaluationRequest = {
  readonly protocol: Protocol;
  readonly part: Part;
  readonly models: readonly ModelToTry[];
  /** The length of the first one's list is the one that coverage and the like are told for. */
  readonly metrics: readonly [NamedMetric, ...NamedMetric[]];
  readonly seed: number;
};

export type ModelResult = {
  readonly model: string;
  readonly params: Readonly<Record<string, number | string>>;
  /** How many items it can rank; 0 where the data lacks what it learns from (orders, say). */
  readonly items: number;
  readonly fitSeconds: number;
  readonly scoreSeconds: number;
  readonly metrics: Readonly<Record<string, Interval>>;
  readonly beyond: BeyondAccuracy & { readonly k: number };
};

export type Comparison = {
  readonly model: string;
  readonly with: string;
  readonly metrics: Readonly<Record<string, Interval & { p: number }>>;
};

export type Evaluation = {
  readonly dataset: { readonly users: number; readonly items: number; readonly events: number };
  readonly protocol: Protocol;
  readonly part: Part;
  /** ISO 8601; null where each history was cut by itself. */
  readonly cutAt: string | null;
  readonly cases: number;
  readonly seed: number;
  readonly results: readonly ModelResult[];
  /** Each other model with the first, on the same cases. */
  readonly comparisons: readonly Comparison[];
};

/** Learns from one part of the histories, asks for the other, and says how good each model was. */
export function evaluate(
  histories: readonly History[],
  content: ItemContent | null,
  request: EvaluationRequest,
  secondsSinceStart: () => number,
): Result<Evaluation> {
  const { protocol, part, metrics, seed } = request;
  if (histories.length < 2) {
    return refuse("NOT_ENOUGH_DATA", `there are events of ${histories.length === 1 ? "one user only" : "nobody"}; a model learns from many`);
  }
  const divided = protocol === "time-split" ? splitByTime(histories, part) : succeed(leaveOneOut(histories, part));
  if (!divided.ok) return divided;
  const { learn, cases, cutAt } = divided.value;
  if (cases.length === 0) return refuse("NOT_ENOUGH_DATA", whyNoCases(histories, protocol));
  const training: Training = { histories: learn, content };
  const popularity = popularityOf(learn);
  const tried = request.models.map((one) => tryModel(one, training, divided.value, popularity, request, secondsSinceStart));
  const drawn = bootstrap(
    tried.flatMap(({ columns }) => columns),
    seed,
  );
  const named = <Value>(of: (metric: number) => Value) => Object.fromEntries(metrics.map(({ name }, at) => [name, of(at)]));
  const results = tried.map(({ result }, model) => ({ ...result, metrics: named((at) => drawn.intervalOf(model * metrics.length + at)) }));
  return succeed({
    dataset: {
      users: histories.length,
      items: new Set(histories.flatMap((history) => history.map(({ itemId }) => itemId))).size,
      events: histories.reduce((sum, history) => sum + history.length, 0),
    },
    protocol,
    part,
    cutAt: cutAt === null ? null : new Date(cutAt).toISOString(),
    cases: cases.length,
    seed,
    results,
    comparisons: request.models.slice(1).map(({ factory }, before) => ({
      model: factory.name,
      with: request.models[0]!.factory.name,
      metrics: named((at) => drawn.differenceOf((before + 1) * metrics.length + at, at)),
    })),
  });
}

/** Fits one model and ranks for every case. `columns[metric][case]`. */
function tryModel(
  { factory, params }: ModelToTry,
  training: Training,
  { cases }: Pick<Split, "cases">,
  popularity: Popularity,
  { metrics, seed }: EvaluationRequest,
  secondsSinceStart: () => number,
): { readonly result: Omit<ModelResult, "metrics">; readonly columns: readonly Float64Array[] } {
  const start = secondsSinceStart();
  const fitted = factory.fit(training, { seed, params });
  const fittedAt = secondsSinceStart();
  const longest = Math.max(...metrics.map(({ k }) => k));
  const listOf = (one: Case) => rankCase(fitted, one, longest).map((index) => fitted.ids.idOf(index));
  const lists = cases.map(listOf);
  const scoreSeconds = secondsSinceStart() - fittedAt;
  const wanted = cases.map(({ relevant }) => new Set(relevant));
  const [{ k }] = metrics;
  const beyond = beyondAccuracy(
    lists.map((list) => list.slice(0, k)),
    cases.map(({ seen }) => seen),
    popularity,
  );
  return {
    result: {
      model: factory.name,
      params: fitted.describe().params,
      items: fitted.ids.size(),
      fitSeconds: fittedAt - start,
      scoreSeconds,
      beyond: { k, ...beyond },
    },
    columns: metrics.map((metric) => Float64Array.from(lists, (list, at) => metric.measure(list, wanted[at]!, metric.k))),
  };
}

function whyNoCases(histories: readonly History[], protocol: Protocol): string {
  if (histories.every(({ length }) => length < 2)) return "every user has one event only: there is nothing to ask with";
  return protocol === "time-split"
    ? "nobody has events in the first four fifths of the time and something new in the last; use --protocol leave-one-out, or more data"
    : "nobody has three events (an order counts as one) of which the last was new to them";
}
