import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import type { ItemId } from "#domain/ids.ts";
import { createIdMap } from "../id-map.ts";
import type { ModelFactory, Query } from "../model.ts";
import { queryOf } from "../query.ts";
import type { History, Step } from "../step.ts";
import { contentRating } from "./content-rating.ts";
import golden from "./golden/surprise.json" with { type: "json" };
import { itemKnnBaseline } from "./item-knn-baseline.ts";
import { createNearestMeans } from "./nearest-means.ts";
import { ratingBaseline } from "./rating-baseline.ts";
import { svd } from "./svd.ts";
import { svdpp } from "./svdpp.ts";
import { judgeRatings, parseRows, type Row, splitRows, syntheticRows } from "./testing/rated-rows.ts";

// Golden numbers of Surprise: bench/peers/surprise.

const asSurprise = {
  "rating-baseline": { factory: ratingBaseline, params: {} },
  "item-knn-baseline": { factory: itemKnnBaseline, params: {} },
  svd: { factory: svd, params: { factors: 100, epochs: 20, learningRate: 0.005, regularisation: 0.02 } },
  svdpp: { factory: svdpp, params: { factors: 20, epochs: 20, learningRate: 0.007, regularisation: 0.02 } },
} as const;

function judge({ factory, params }: { factory: ModelFactory; params: Readonly<Record<string, number>> }, rows: readonly Row[]) {
  const { train, test } = splitRows(rows, 0);
  return judgeRatings(factory.fit({ histories: [...train.values()], content: null }, { seed: 1, params }), train, test);
}

describe("beside Surprise, on invented ratings", () => {
  const rows = syntheticRows();

  it("the ratings are the same", () => {
    expect(rows).toHaveLength(golden.synthetic.ratings);
    expect(rows.reduce((sum, { rating }) => sum + rating, 0)).toBe(golden.synthetic.sum);
  });

  it.each(["rating-baseline", "item-knn-baseline"] as const)("%s predicts the same", (name) => {
    const { rmse, mae, guesses } = judge(asSurprise[name], rows);
    expect(rmse).toBeCloseTo(golden.synthetic[name].rmse, 4);
    expect(mae).toBeCloseTo(golden.synthetic[name].mae, 4);
    for (const [place, guess] of golden.synthetic[name].guesses.entries()) expect(guesses[place]).toBeCloseTo(guess, 5);
  });

  // They start from other random numbers, and here a person is folded in: no worse, and not by far better.
  it.each(["svd", "svdpp"] as const)("%s errs by as much, within 3 %%", (name) => {
    expect(Math.abs(judge(asSurprise[name], rows).rmse / golden.synthetic[name].rmse - 1)).toBeLessThan(0.03);
  });
});

const movieLens = join(process.cwd(), "..", "shared", "data", "ml-100k", "u.data");
const absent = existsSync(movieLens) ? "" : " (skipped: needs ../shared/data)";
describe.skipIf(absent !== "")(`beside Surprise, on a fold of MovieLens 100K${absent}`, () => {
  const rows = absent === "" ? parseRows(readFileSync(movieLens, "utf8")) : [];

  it.each([
    ["rating-baseline", 0.0005],
    ["item-knn-baseline", 0.0005],
    ["svd", 0.01],
    ["svdpp", 0.01],
  ] as const)("%s errs by as much, within %d", (name, tolerance) => {
    expect(Math.abs(judge(asSurprise[name], rows).rmse - golden["ml-100k"][name]["fold 0"].rmse)).toBeLessThan(tolerance);
  });
});

const rated = (item: string, rating: number | null, at = 0): Step => ({
  itemId: item as ItemId,
  type: "view",
  weight: 1,
  quantity: 1,
  at: (1000 + at) * dayMs,
  basket: null,
  ...(rating === null ? {} : { rating }),
});
const factories = [ratingBaseline, itemKnnBaseline, svd, svdpp, contentRating];
const fitted = (factory: ModelFactory, histories: readonly History[]) => factory.fit({ histories, content: null }, { seed: 1 });

describe.each(factories.map((factory) => [factory.name, factory] as const))("%s", (_, factory) => {
  it("predicts finite ratings whatever was rated, on a scale of any width", () => {
    const history = fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.option(fc.integer({ min: 0, max: 100 }))), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(history, { maxLength: 8 }), history, (people, asking) => {
        const stepsOf = (ratings: typeof asking) => ratings.map(([item, rating], at) => rated(`i${item}`, rating, at));
        const model = fitted(factory, people.map(stepsOf));
        const query: Query = queryOf(stepsOf(asking));
        const rates = model.rate!(query);
        expect(rates).toHaveLength(model.ids.size());
        expect(rates.every(Number.isFinite)).toBe(true);
        expect(model.score(query).values.every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it("only the latest rating of an item counts, and steps without one do not", () => {
    const plain = [[rated("a", 5), rated("b", 1)], [rated("a", 4), rated("c", 2)], [rated("b", 2)]];
    const noisy = plain.map((steps) => [...steps.map((step) => ({ ...step, rating: 3, at: 0 })), rated("d", null, -5), ...steps]);
    const query = queryOf([rated("a", 5, 2)]);
    expect(fitted(factory, noisy).rate!(query)).toEqual(fitted(factory, plain).rate!(query));
    expect(fitted(factory, plain).rate!(queryOf([rated("a", 1), rated("c", null, 2), rated("a", 5, 3)]))).toEqual(
      fitted(factory, plain).rate!(query),
    );
  });

  it("where nobody was asked, what many like is rated higher", () => {
    const model = fitted(factory, [[rated("a", null), rated("b", null)], [rated("a", null), rated("c", null)], [rated("a", null)]]);
    const rates = model.rate!([]);
    expect(rates[model.ids.indexOf("a" as ItemId)!]).toBeGreaterThan(rates[model.ids.indexOf("b" as ItemId)!]!);
  });
});

describe("content-rating", () => {
  const histories = [[rated("a", 5), rated("b", 3)], [rated("a", 3), rated("c", 3)], [rated("d", 4)]];
  const content = {
    ids: createIdMap(["a", "c", "unsold"] as ItemId[]),
    names: ["kind: x", "kind: y"],
    starts: Int32Array.from([0, 1, 2, 3]),
    features: Int32Array.from([0, 0, 1]),
    values: Float32Array.from([1, 1, 1]),
  };
  const model = contentRating.fit({ histories, content }, { seed: 1 });
  const base = ratingBaseline.fit({ histories, content }, { seed: 1 });

  it("lifts what shares a feature with an item rated high, and leaves the rest at the baseline", () => {
    const query = queryOf([rated("a", 5)]);
    const [rates, baseline] = [model.rate!(query), base.rate!(query)];
    const at = (item: string) => model.ids.indexOf(item as ItemId)!;
    expect(rates[at("c")]).toBeGreaterThan(baseline[at("c")]!);
    for (const item of ["b", "d"]) expect(rates[at(item)]).toBe(baseline[at(item)]);
  });
});

describe("means over the nearest", () => {
  it("are those over the k heaviest", () => {
    const added = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: -5, max: 5 })), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(added, fc.integer({ min: 1, max: 12 }), (pairs, k) => {
        // Weights that differ, so that there is one answer.
        const distinct = [...new Map(pairs).entries()];
        const means = createNearestMeans(2, k);
        means.add(1, 1, 99);
        means.clear();
        for (const [weight, value] of distinct) means.add(1, weight, value);
        const heaviest = distinct.toSorted(([a], [b]) => b - a).slice(0, k);
        const total = heaviest.reduce((sum, [weight]) => sum + weight, 0);
        expect(means.meanOf(1)).toBeCloseTo(heaviest.reduce((sum, [weight, value]) => sum + weight * value, 0) / total, 10);
        expect(means.meanOf(0)).toBe(0);
      }),
    );
  });
});
