import { describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import { eventWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import { topK } from "#kernels/top-k.ts";
import type { Model, QueryTerm } from "../model.ts";
import { queryOf } from "../query.ts";
import type { History } from "../step.ts";
import golden from "./golden/knn.json" with { type: "json" };
import { interactionsOf } from "./interactions.ts";
import { itemKnn, itemKnnJaccard } from "./item-knn.ts";
import { userKnn } from "./user-knn.ts";

// Golden numbers of NumPy, SciPy and scikit-learn: bench/peers/knn.

const types = [null, "view", "cart-add", "purchase"] as const;
const idOf = (item: number) => `i${String(item).padStart(2, "0")}` as ItemId;
const histories = golden["people: 1 a view, 2 a cart, 3 a purchase"].map(
  (acts, person): History =>
    acts.flatMap((act, item) => {
      const type = types[act];
      return type == null ? [] : [{ itemId: idOf(item), type, weight: eventWeight[type], quantity: 1, at: (1000 + person) * dayMs, basket: null }];
    }),
);
const single = (itemId: ItemId, strength = 1, age = 0): QueryTerm => ({ itemId, strength, age, at: null, rating: null });

/** Equal scores in order of item, and equal is what differs by rounding only. */
function topOf(model: Model, query: readonly QueryTerm[]): number[] {
  const scores = model.score(query).values.map((score) => Math.round(score * 1e9));
  return [...topK(scores, 10)].map((index) => Number(model.ids.idOf(index).slice(1)));
}

describe("item-knn beside SciPy and scikit-learn", () => {
  const neighbours = golden.neighbours;
  it.each([
    ["cosine", itemKnn, { neighbours, shrinkage: 0, weighted: 1 }],
    ["cosine shrunk", itemKnn, { neighbours, shrinkage: golden.shrinkage, weighted: 1 }],
    ["jaccard", itemKnnJaccard, { neighbours, shrinkage: 0, weighted: 0 }],
  ] as const)("%s: the same similarities, the same best ten", (name, factory, params) => {
    const { similarities, top } = golden.item[name];
    const model = factory.fit({ histories, content: null }, { seed: 1, params });
    expect(model.ids.ids()).toEqual(similarities.map((_, item) => idOf(item)));
    for (const [source, row] of similarities.entries()) {
      const { values } = model.score([single(idOf(source))]);
      for (const [target, similarity] of row.entries()) expect(values[target]).toBeCloseTo(similarity, 8);
    }
    for (const [place, person] of golden.queries.entries()) {
      const query = queryOf(histories[person]!).map((term) => (name === "jaccard" ? { ...term, strength: 1 } : term));
      expect(topOf(model, query)).toEqual(top[place]);
    }
  });
});

describe("item-knn", () => {
  it("normalised: an item's neighbours share one vote", () => {
    const model = itemKnn.fit({ histories, content: null }, { seed: 1, params: { normalised: 1, neighbours: 5 } });
    const { values } = model.score([single(idOf(3))]);
    expect(values.filter((value) => value > 0)).toHaveLength(5);
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
  });

  it("asked to forget, lets what is long ago say less", () => {
    const model = itemKnn.fit({ histories, content: null }, { seed: 1, params: { decay: 2 } });
    const [now, before] = [model.score([single(idOf(3), 1, 0)]).values, model.score([single(idOf(3), 1, 2)]).values];
    for (const [item, value] of before.entries()) expect(value).toBeCloseTo(now[item]! / Math.E, 12);
  });
});

describe("user-knn beside scikit-learn", () => {
  it.each(golden.user)("the nearest of person $person and their best ten", ({ person, near, top }) => {
    const others = histories.filter((_, other) => other !== person);
    const params = { neighbours: golden.neighbours, shrinkage: 0, weighted: 1 };
    const model = userKnn.fit({ histories: others, content: null }, { seed: 1, params });
    const query = queryOf(histories[person]!);
    expect(topOf(model, query)).toEqual(top);
    // What the nearest people have, weighed by how near they are.
    const weights = interactionsOf(histories, true);
    const expected = new Float64Array(model.ids.size());
    for (const [neighbour, similarity] of near) {
      for (let at = weights.byPerson.starts[neighbour!]!; at < weights.byPerson.starts[neighbour! + 1]!; at++) {
        expected[weights.byPerson.columns[at]!]! += similarity! * weights.byPerson.values[at]!;
      }
    }
    for (const [item, score] of model.score(query).values.entries()) expect(score).toBeCloseTo(expected[item]!, 7);
  });
});

describe("user-knn", () => {
  it("an item twice in the question is asked about once", () => {
    const model = userKnn.fit({ histories, content: null }, { seed: 1 });
    const once = model.score([single(idOf(3), 0.5), single(idOf(5))]);
    const twice = model.score([single(idOf(3), 1 / 3), single(idOf(3), 0.5, 1), single(idOf(5), 1, 2)]);
    expect(twice.values).toEqual(once.values);
    expect(twice.contributionsOf(idOf(7))![0]).toBe(0);
  });

  it("its parts add up to the bit, whatever the weights", () => {
    const model = userKnn.fit({ histories, content: null }, { seed: 1, params: { neighbours: 30 } });
    for (const history of histories) {
      const query = queryOf(history).map((term) => ({ ...term, strength: term.strength / Math.PI }));
      const { values, contributionsOf } = model.score(query);
      for (const [item, score] of values.entries()) expect(contributionsOf(model.ids.idOf(item))!.reduce((sum, part) => sum + part, 0)).toBe(score);
    }
  });

  it("what was disliked is not asked about", () => {
    const model = userKnn.fit({ histories, content: null }, { seed: 1 });
    expect(model.score([single(idOf(3), -0.5)]).values.every((score) => score === 0)).toBe(true);
  });
});
