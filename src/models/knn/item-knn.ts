import { topK } from "#kernels/top-k.ts";
import type { FitOptions, Model, ModelFactory, Query, Training } from "../model.ts";
import type { ParamSpace } from "../params.ts";
import { type Interactions, interactionsOf } from "./interactions.ts";
import { type SparseRows, squaredNorms, valueIn } from "./sparse-rows.ts";

export type ItemKnnParams = {
  /** Nearest items that an item speaks for. */
  readonly neighbours: number;
  /** Added to the denominator of the similarity, in people: two items that few share are not alike by chance. */
  readonly shrinkage: number;
  /** 1: a look counts less than a purchase; 0: all the same. */
  readonly weighted: number;
  /** 1: an item's similarities add up to one, so that an item with many near ones speaks no louder; 0: as they are. */
  readonly normalised: number;
};

const space = {
  neighbours: { kind: "log", low: 10, high: 500, integer: true },
  shrinkage: { kind: "log", low: 0.1, high: 100 },
  weighted: { kind: "choice", values: [0, 1] },
  normalised: { kind: "choice", values: [0, 1] },
  decay: { kind: "log", low: 1, high: 100 },
} as const satisfies ParamSpace;

const defaults: ItemKnnParams = { neighbours: 100, shrinkage: 10, weighted: 1, normalised: 0 };

/** From x·y, |x|² and |y|². */
type Similarity = (dot: number, xx: number, yy: number, shrinkage: number) => number;

/** Row j: the nearest items to j and how near, in order of item. */
function similarItems({ ids, byPerson, byItem }: Interactions, similarity: Similarity, params: ItemKnnParams): SparseRows {
  const n = ids.size();
  const norms = squaredNorms(byItem);
  const starts = new Int32Array(n + 1);
  const [columns, values]: [number[], number[]] = [[], []];
  const dots = new Float64Array(n);
  for (let item = 0; item < n; item++) {
    const touched: number[] = [];
    for (let at = byItem.starts[item]!; at < byItem.starts[item + 1]!; at++) {
      const person = byItem.columns[at]!;
      for (let its = byPerson.starts[person]!; its < byPerson.starts[person + 1]!; its++) {
        const other = byPerson.columns[its]!;
        if (dots[other] === 0) touched.push(other);
        dots[other]! += byItem.values[at]! * byPerson.values[its]!;
      }
    }
    // In order of item: of two equally near ones the first is kept, however the rows came in.
    const others = Int32Array.from(touched.filter((other) => other !== item)).sort();
    const near = Float64Array.from(others, (other) => similarity(dots[other]!, norms[item]!, norms[other]!, params.shrinkage));
    const kept = topK(near, params.neighbours).sort();
    const unit = params.normalised === 1 ? kept.reduce((sum, place) => sum + near[place]!, 0) : 1;
    for (const place of kept) {
      columns.push(others[place]!);
      values.push(near[place]! / unit);
    }
    starts[item + 1] = columns.length;
    for (const other of touched) dots[other] = 0;
  }
  return { starts, columns: Int32Array.from(columns), values: Float64Array.from(values) };
}

function itemKnnFactory(name: string, description: string, similarity: Similarity): ModelFactory {
  return { name, needs: "history", explains: "sum", space, fit };

  function fit({ histories }: Training, { params: given }: FitOptions): Model {
    const params = { ...defaults, ...given };
    const decay = given?.decay ?? Number.POSITIVE_INFINITY;
    const interactions = interactionsOf(histories, params.weighted === 1);
    const { ids } = interactions;
    const rows = similarItems(interactions, similarity, params);
    return {
      name,
      needs: "history",
      ids,
      score(query: Query) {
        const sources = query.map(({ itemId }) => ids.indexOf(itemId));
        const asked = query.map(({ strength, age }) => strength * Math.exp(-age / decay));
        const values = new Float64Array(ids.size());
        for (const [position, source] of sources.entries()) {
          if (source === undefined) continue;
          for (let at = rows.starts[source]!; at < rows.starts[source + 1]!; at++) values[rows.columns[at]!]! += asked[position]! * rows.values[at]!;
        }
        return {
          values,
          contributionsOf(itemId) {
            const target = ids.indexOf(itemId);
            return Float64Array.from(sources, (source, position) =>
              source === undefined || target === undefined ? 0 : asked[position]! * valueIn(rows, source, target),
            );
          },
        };
      },
      describe: () => ({
        description,
        params: { ...params, decay: given?.decay ?? "none" },
        counts: { people: histories.length, items: ids.size(), weights: rows.values.length },
      }),
    };
  }
}

/** Item-based nearest neighbours (Deshpande & Karypis, TOIS 2004): score(i) = Σ_j q_j · cos(j, i) over the j that i is near to. */
export const itemKnn = itemKnnFactory("item-knn", "Nearest items by cosine over the people who liked them", (dot, xx, yy, shrinkage) => {
  return dot / (Math.sqrt(xx * yy) + shrinkage);
});

/** The same by Jaccard's share of people in common; for weights its generalisation, Tanimoto's x·y / (|x|² + |y|² − x·y). */
export const itemKnnJaccard = itemKnnFactory("item-knn-jaccard", "Nearest items by the share of people in common", (dot, xx, yy, shrinkage) => {
  return dot / (xx + yy - dot + shrinkage);
});
