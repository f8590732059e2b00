import { factorCholesky, solveCholesky } from "#kernels/cholesky.ts";
import type { ItemContent } from "../content/item-content.ts";
import type { IdMap } from "../id-map.ts";
import type { SparseRows } from "../knn/sparse-rows.ts";
import { baselineDefaults, baselinesOf } from "./baselines.ts";
import { ratingFactory } from "./rating-model.ts";

/**
 * Content only: what a person's ratings depart from the baselines by is explained by features of the items, with a
 * ridge regression of the person's own. It is solved in its dual form, (X·Xᵀ + λI)·a = residuals over the items rated:
 * O(rated³), however many features there are. An item without content is rated at its baseline.
 */
export const contentRating = ratingFactory({
  name: "content-rating",
  description: "Baselines, corrected by how the person rated items of the same features",
  space: {
    regularisation: { kind: "log", low: 0.3, high: 30 },
    itemRegularisation: { kind: "log", low: 1, high: 50 },
    personRegularisation: { kind: "log", low: 1, high: 50 },
  },
  defaults: { ...baselineDefaults, regularisation: 5 },
  learn(ratings, params, { content }) {
    const { mean, items: biases, personOf } = baselinesOf(ratings, params);
    const rows = contentRows(ratings.ids, content);
    const taste = new Float64Array(content?.names.length ?? 0);
    return {
      counts: { features: taste.length },
      rate({ items, values }) {
        const level = mean + personOf({ items, values });
        const size = items.length;
        const gram = new Float64Array(size * size);
        for (let row = 0; row < size; row++) {
          addRow(rows, items[row]!, 1, taste);
          for (let column = 0; column <= row; column++) gram[row * size + column] = dotRow(rows, items[column]!, taste);
          addRow(rows, items[row]!, 0, taste);
          gram[row * size + row]! += params.regularisation;
        }
        if (!factorCholesky(gram, size)) throw new Error("a ridge is positive definite: regularisation must be above 0");
        const dual = values.map((value, place) => value - level - biases[items[place]!]!);
        solveCholesky(gram, size, dual);
        taste.fill(0);
        for (const [place, item] of items.entries()) addRow(rows, item, dual[place]!, taste);
        const predicted = biases.map((bias, item) => level + bias + dotRow(rows, item, taste));
        taste.fill(0);
        return predicted;
      },
    };
  },
});

/** The items' features, of length 1 a row; a rare feature counts more (1 / √ of how many items of the catalogue have it). */
function contentRows(ids: IdMap, content: ItemContent | null): SparseRows {
  const starts = new Int32Array(ids.size() + 1);
  if (content === null) return { starts, columns: new Int32Array(0), values: new Float64Array(0) };
  const having = new Float64Array(content.names.length);
  for (const feature of content.features) having[feature]!++;
  const columns: number[] = [];
  const values: number[] = [];
  for (let item = 0; item < ids.size(); item++) {
    const known = content.ids.indexOf(ids.idOf(item));
    if (known !== undefined) {
      const from = columns.length;
      let length = 0;
      for (let at = content.starts[known]!; at < content.starts[known + 1]!; at++) {
        const feature = content.features[at]!;
        const value = content.values[at]! / Math.sqrt(having[feature]!);
        columns.push(feature);
        values.push(value);
        length += value * value;
      }
      if (length > 0) for (let at = from; at < values.length; at++) values[at]! /= Math.sqrt(length);
    }
    starts[item + 1] = columns.length;
  }
  return { starts, columns: Int32Array.from(columns), values: Float64Array.from(values) };
}

/** Adds the row `times` over to `to`; 0 puts zeros where the row is. */
function addRow({ starts, columns, values }: SparseRows, row: number, times: number, to: Float64Array): void {
  for (let at = starts[row]!; at < starts[row + 1]!; at++) to[columns[at]!] = times === 0 ? 0 : to[columns[at]!]! + times * values[at]!;
}

function dotRow({ starts, columns, values }: SparseRows, row: number, vector: Float64Array): number {
  let dot = 0;
  for (let at = starts[row]!; at < starts[row + 1]!; at++) dot += values[at]! * vector[columns[at]!]!;
  return dot;
}
