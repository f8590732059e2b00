import type { ItemId } from "#domain/ids.ts";
import type { ItemContent } from "#models/content/item-content.ts";
import type { Model, ModelFactory, Query } from "#models/model.ts";
import type { Params } from "#models/params.ts";
import { createBeyondMeter, type Surroundings } from "./beyond-accuracy.ts";
import type { ModelResult, ModelToTry } from "./evaluation.ts";
import { ratingScaleOf } from "./foretell.ts";
import { measure } from "./measure.ts";
import type { NamedMetric } from "./named-metric.ts";
import type { Fold } from "./protocols/protocol.ts";

export type Tried = {
  readonly result: Omit<ModelResult, "metrics">;
  /** By metric; the questions of all folds one after the other. */
  readonly sums: readonly Float64Array[];
};

/** Fits one model on each fold and asks it everything. */
export function tryModel(
  { factory, params }: ModelToTry,
  folds: readonly Fold[],
  { content, surroundings }: { readonly content: ItemContent | null; readonly surroundings: Surroundings | null },
  { metrics, seed }: { readonly metrics: readonly [NamedMetric, ...NamedMetric[]]; readonly seed: number },
  secondsSinceStart: () => number,
): Tried {
  const [first] = metrics;
  const k = first.answers === "list" ? first.k : 0;
  const meter = surroundings === null ? null : createBeyondMeter(surroundings, folds[0]!.questions.length);
  const onList = (list: readonly ItemId[], query: Query) => meter?.add(list.slice(0, k), pastOf(query));
  let [fitSeconds, scoreSeconds] = [0, 0];
  let model: Model | null = null;
  const measured = folds.map(({ learn, questions }) => {
    const start = secondsSinceStart();
    model = factory.fit({ histories: learn, content }, { seed, params });
    const fittedAt = secondsSinceStart();
    const answers = measure(model, questions, metrics, first.answers === "ratings" ? ratingScaleOf(learn) : null, onList);
    fitSeconds += fittedAt - start;
    scoreSeconds += secondsSinceStart() - fittedAt;
    return answers;
  });
  return {
    result: {
      model: factory.name,
      ...paramsUsed(factory, params, model!),
      items: (model! as Model).ids.size(),
      fitSeconds,
      scoreSeconds,
      beyond: meter === null ? null : { k, ...meter.result() },
    },
    sums: metrics.map((_, at) => joined(measured.map(({ sums }) => sums[at]!))),
  };
}

/** The numbers of the model's space that it really used, and whatever else it tells. */
export function paramsUsed({ space }: ModelFactory, params: Params, model: Model): Pick<ModelResult, "params" | "settings"> {
  const told = Object.entries({ ...params, ...model.describe().params });
  const isParam = ([name, value]: [string, number | string]) => Object.hasOwn(space, name) && typeof value === "number";
  return {
    params: Object.fromEntries(told.filter(isParam)) as Params,
    settings: Object.fromEntries(told.filter((entry) => !isParam(entry))),
  };
}

/** Each item once, without what was waved away. */
function pastOf(query: Query): ItemId[] {
  const items = new Set<ItemId>();
  for (const { itemId, strength } of query) if (strength > 0) items.add(itemId);
  return [...items];
}

function joined(parts: readonly Float64Array[]): Float64Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    whole.set(part, start);
    start += part.length;
  }
  return whole;
}
