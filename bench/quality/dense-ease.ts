import type { ItemId } from "#domain/ids.ts";
import { invertDense, maxDenseSize } from "#kernels/solve-dense.ts";
import { createIdMap } from "#models/id-map.ts";
import type { Model, ModelFactory, Query } from "#models/model.ts";
import { queryOf } from "#models/query.ts";

const space = {
  lambda: { kind: "choice", values: [5, 10, 20, 50, 100, 200, 500, 1000] },
  /** 1: a row holds how strongly each item was liked; 0: whether. */
  strengths: { kind: "choice", values: [0, 1] },
} as const;

/**
 * EASE (Steck, WWW 2019) as published: the whole regression at once, B = I − P·diag(1/diag P), P = (XᵀX + λI)⁻¹, asked with the
 * row of the person. With fewer people than items P is not made: P = (I − XᵀKX)/λ, K = (XXᵀ + λI)⁻¹ (Woodbury), the same
 * numbers from a matrix people × people. For catalogues or peoples of at most 8,000.
 */
export const denseEase: ModelFactory = {
  name: "dense-ease",
  needs: "history",
  explains: "none",
  space,
  fit({ histories }, { params }) {
    const { lambda, strengths } = { lambda: 100, strengths: 0, ...params };
    const ids = createIdMap();
    const rowOf = (query: Query, indexOf: (itemId: ItemId) => number | undefined) => {
      const row = new Map<number, number>();
      for (const { itemId, strength } of query) {
        const index = strength > 0 ? indexOf(itemId) : undefined;
        if (index !== undefined) row.set(index, Math.max(row.get(index) ?? 0, strengths === 1 ? strength : 1));
      }
      return row;
    };
    const rows = histories.map((history) => rowOf(queryOf(history), (itemId) => ids.add(itemId)));
    const n = ids.size();
    const scoreOf = rows.length < n ? byPeople(rows, n, lambda) : byItems(rows, n, lambda);
    const model: Model = {
      name: "dense-ease",
      needs: "history",
      ids,
      score: (query) => ({ values: scoreOf(rowOf(query, (itemId) => ids.indexOf(itemId))), contributionsOf: () => null }),
      describe: () => ({ description: "EASE, dense", params: { lambda, strengths }, counts: { items: n, people: rows.length } }),
    };
    return model;
  },
};

type Rows = readonly ReadonlyMap<number, number>[];
type Score = (row: ReadonlyMap<number, number>) => Float64Array;

function inverted(matrix: Float64Array, n: number, lambda: number): Float64Array {
  if (n > maxDenseSize) throw new Error(`${n} rows are too many for a dense matrix`);
  for (let at = 0; at < n; at++) matrix[at * n + at]! += lambda;
  if (!invertDense(matrix, n)) throw new Error("not positive definite");
  return matrix;
}

function byItems(rows: Rows, n: number, lambda: number): Score {
  const gram = new Float64Array(n * n);
  for (const row of rows) for (const [item, a] of row) for (const [other, b] of row) gram[item * n + other]! += a * b;
  const inverse = inverted(gram, n, lambda);
  return (row) => {
    const values = new Float64Array(n);
    for (const [item, weight] of row) addScaled(values, inverse.subarray(item * n, (item + 1) * n), weight);
    for (let target = 0; target < n; target++) values[target] = -values[target]! / inverse[target * n + target]!;
    for (const [item, weight] of row) values[item]! += weight;
    return values;
  };
}

function addScaled(values: Float64Array, row: Float64Array, weight: number): void {
  for (let at = 0; at < row.length; at++) values[at]! += weight * row[at]!;
}

function byPeople(rows: Rows, n: number, lambda: number): Score {
  const people = rows.length;
  const having: [person: number, weight: number][][] = Array.from({ length: n }, () => []);
  for (const [person, row] of rows.entries()) for (const [item, weight] of row) having[item]!.push([person, weight]);
  const gram = new Float64Array(people * people);
  for (const list of having) for (const [person, a] of list) for (const [other, b] of list) gram[person * people + other]! += a * b;
  const inverse = inverted(gram, people, lambda);
  const diagonal = Float64Array.from(having, (list) => {
    let sum = 0;
    for (const [person, a] of list) for (const [other, b] of list) sum += a * b * inverse[person * people + other]!;
    return (1 - sum) / lambda;
  });
  return (row) => {
    const alike = new Float64Array(people);
    for (const [item, weight] of row) for (const [person, a] of having[item]!) alike[person]! += weight * a;
    const answers = new Float64Array(people);
    for (let person = 0; person < people; person++) {
      if (alike[person] !== 0) addScaled(answers, inverse.subarray(person * people, (person + 1) * people), alike[person]!);
    }
    return Float64Array.from(having, (list, target) => {
      let sum = row.get(target) ?? 0;
      for (const [person, a] of list) sum -= a * answers[person]!;
      return (row.get(target) ?? 0) - sum / lambda / diagonal[target]!;
    });
  };
}
