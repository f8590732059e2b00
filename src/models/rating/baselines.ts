import type { Rated, Ratings } from "./ratings.ts";

export type BaselineParams = {
  /** Ratings that speak for an item's or a person's being like the average. */
  readonly itemRegularisation: number;
  readonly personRegularisation: number;
  readonly baselineRounds: number;
};

/** As in Koren 2010. */
export const baselineDefaults: BaselineParams = { itemRegularisation: 10, personRegularisation: 15, baselineRounds: 10 };

export type Baselines = {
  readonly mean: number;
  /** b_i by item. */
  readonly items: Float64Array;
  /** b_u of one who rated so. */
  personOf(rated: Rated): number;
};

/**
 * μ + b_u + b_i, one side solved while the other is held (Koren, "Factor in the neighbors", TKDD 2010, section 2.1). The
 * last to be solved are the people, so that folding a person of the training in gives the b_u it was learnt with.
 */
export function baselinesOf({ ids, byPerson, mean }: Ratings, params: BaselineParams): Baselines {
  const { starts, columns, values } = byPerson;
  const items = new Float64Array(ids.size());
  const people = new Float64Array(starts.length - 1);
  const raters = new Float64Array(ids.size());
  for (const item of columns) raters[item]!++;
  const sums = new Float64Array(ids.size());
  for (let round = 0; round < params.baselineRounds; round++) {
    sums.fill(0);
    for (let person = 0; person < people.length; person++) {
      for (let at = starts[person]!; at < starts[person + 1]!; at++) sums[columns[at]!]! += values[at]! - mean - people[person]!;
    }
    for (let item = 0; item < items.length; item++) items[item] = sums[item]! / (params.itemRegularisation + raters[item]!);
    for (let person = 0; person < people.length; person++) people[person] = biasOf(columns, values, starts[person]!, starts[person + 1]!);
  }

  function biasOf(rated: Int32Array, ratings: Float64Array, start: number, end: number): number {
    let sum = 0;
    for (let at = start; at < end; at++) sum += ratings[at]! - mean - items[rated[at]!]!;
    return sum / (params.personRegularisation + end - start);
  }

  return { mean, items, personOf: (rated) => biasOf(rated.items, rated.values, 0, rated.items.length) };
}
