import type { ItemId } from "#domain/ids.ts";
import type { Model, ModelFactory, Query, Scores } from "../model.ts";
import type { ParamSpace } from "../params.ts";
import { childOptions, childrenExplain, childrenNeed, childrenSpace, describeChildren, unionOf } from "./children.ts";

/**
 * Scores and contributions are whole multiples of 2⁻⁴⁰ of the largest possible score: sums of such numbers are exact, whichever way they
 * are added, so contributions add up to the score to the bit though both were added up model by model.
 */
const grid = 2 ** 40;
/** `+ 0` makes 0 of −0. */
const onGrid = (value: number): number => Math.round(value * grid) / grid + 0;

/**
 * The weighted hybrid of Burke (UMUAI 2002): score(i) = Σ_m share_m / Σ share · s_m(i) / max_k |s_m(k)|. The scale is taken for each
 * question over all items of the model; it moves no item past another, and a model without an answer adds nothing.
 */
export function weighted(name: string, children: readonly ModelFactory[]): ModelFactory {
  const shareNames = children.map((_, place) => `share${place + 1}`);
  const shareSpace: ParamSpace = Object.fromEntries(shareNames.map((share) => [share, { kind: "linear", low: 0, high: 1 }]));
  const explains = childrenExplain(children);
  const needs = childrenNeed(children);
  return {
    name,
    needs,
    explains,
    space: { ...shareSpace, ...childrenSpace(children) },
    fit(training, options) {
      const models = children.map((child, place) => child.fit(training, childOptions(options, place)));
      const asked = shareNames.map((share, place) => Math.max(0, options.params?.[share] ?? defaultShare(place)));
      const total = asked.reduce((sum, share) => sum + share, 0) || 1;
      return create(
        models,
        asked.map((share) => share / total),
      );
    },
  };

  function create(models: readonly Model[], shares: readonly number[]): Model {
    const { ids, positions } = unionOf(models);
    return {
      name,
      needs,
      ids,
      score(query: Query) {
        const parts = models.map((model) => model.score(query));
        const scales = parts.map((part, place) => shares[place]! * scaleOf(models[place]!, part));
        const added = (numbersOf: (part: Scores) => Float64Array | undefined) => {
          const sums = new Float64Array(ids.size());
          for (const [place, part] of parts.entries()) {
            const [position, scale, numbers] = [positions[place]!, scales[place]!, numbersOf(part)];
            if (numbers !== undefined) for (let index = 0; index < position.length; index++) sums[position[index]!]! += scale * numbers[index]!;
          }
          return sums.map(onGrid);
        };
        const values = added((part) => part.values);
        const base = parts.some((part) => part.base !== undefined) ? added((part) => part.base) : null;
        const contributionsOf = (itemId: ItemId) => {
          const index = ids.indexOf(itemId);
          return index === undefined
            ? new Float64Array(query.length)
            : addingUp(parts, scales, itemId, query.length, values[index]! - (base?.[index] ?? 0));
        };
        return { values, ...(base === null ? {} : { base }), contributionsOf: explains === "none" ? () => null : contributionsOf };
      },
      describe: () => ({
        description: `${name}: the scores of each as shares of its highest, added`,
        params: { ...Object.fromEntries(shareNames.map((share, place) => [share, shares[place]!])), ...describeChildren(models, "params") },
        counts: { items: ids.size(), ...describeChildren(models, "counts") },
      }),
    };
  }
}

/** The first one named leads; the others fill in where it is silent or undecided. */
function defaultShare(place: number): number {
  return place === 0 ? 1 : 0.5;
}

/** Of the terms of the highest score: a smaller score is what rounding left of terms that cancelled, and no answer. */
const leastShare = 2 ** -20;
const leastScore = 1e-100;

/** 1 / the highest score, 0 for a model that has no answer. */
function scaleOf(model: Model, { values, contributionsOf }: Scores): number {
  let highest = 0;
  for (let index = 1; index < values.length; index++) if (Math.abs(values[index]!) > Math.abs(values[highest]!)) highest = index;
  const score = Math.abs(values[highest] ?? 0);
  if (score < leastScore) return 0;
  const loudest = contributionsOf(model.ids.idOf(highest))?.reduce((most, one) => Math.max(most, Math.abs(one)), 0) ?? 0;
  return score < loudest * leastShare ? 0 : 1 / score;
}

/** The models' contributions, scaled and on the grid; the largest takes what rounding left between their sum and `whole`. */
function addingUp(parts: readonly Scores[], scales: readonly number[], itemId: ItemId, terms: number, whole: number): Float64Array {
  const sums = new Float64Array(terms);
  for (const [place, part] of parts.entries()) {
    const contributions = part.contributionsOf(itemId)!;
    for (let term = 0; term < terms; term++) sums[term]! += scales[place]! * contributions[term]!;
  }
  let loudest = 0;
  let left = whole;
  for (let term = 0; term < terms; term++) {
    if (Math.abs(sums[term]!) > Math.abs(sums[loudest]!)) loudest = term;
  }
  for (let term = 0; term < terms; term++) {
    sums[term] = onGrid(sums[term]!);
    left -= sums[term]!;
  }
  if (left !== 0) sums[loudest]! += left;
  return sums;
}
