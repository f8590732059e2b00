import { topK } from "#kernels/top-k.ts";
import { type SparseRows, transpose } from "../knn/sparse-rows.ts";
import type { Baselines } from "./baselines.ts";
import { type Ratings, ratedBy } from "./ratings.ts";

/** Similar items kept per item, so that memory stays items × this; MovieLens 100K, with 1,682 items, has fewer. */
const maxKept = 1000;

/**
 * Row j: the items that are rated above their baselines by who rates j above its own, and how closely: correlation of
 * the residuals over the n people who rated both, shrunk by (n − 1) / (n − 1 + shrinkage) (Koren, TKDD 2010, section 2.2).
 * Positive ones only. O(Σ ratings per person²).
 */
export function itemCorrelations(ratings: Ratings, { mean, items: biases, personOf }: Baselines, shrinkage: number): SparseRows {
  const { starts, columns } = ratings.byPerson;
  const residuals = ratings.byPerson.values.slice();
  for (let person = 0; person + 1 < starts.length; person++) {
    const level = mean + personOf(ratedBy(ratings, person));
    for (let at = starts[person]!; at < starts[person + 1]!; at++) residuals[at]! -= level + biases[columns[at]!]!;
  }
  const n = biases.length;
  const byItem = transpose({ starts, columns, values: residuals }, n);
  const [dots, here, there, common] = [new Float64Array(n), new Float64Array(n), new Float64Array(n), new Int32Array(n)];
  const rowStarts = new Int32Array(n + 1);
  const rows: { columns: Int32Array; values: Float64Array }[] = [];
  for (let item = 0; item < n; item++) {
    for (const sums of [dots, here, there, common]) sums.fill(0);
    for (let at = byItem.starts[item]!; at < byItem.starts[item + 1]!; at++) {
      const person = byItem.columns[at]!;
      const residual = byItem.values[at]!;
      for (let its = starts[person]!; its < starts[person + 1]!; its++) {
        const other = columns[its]!;
        dots[other]! += residual * residuals[its]!;
        here[other]! += residual * residual;
        there[other]! += residuals[its]! * residuals[its]!;
        common[other]!++;
      }
    }
    const row = positive(item, (other) => {
      const trust = (common[other]! - 1) / (common[other]! - 1 + shrinkage);
      return (dots[other]! / Math.sqrt(here[other]! * there[other]!)) * trust;
    });
    rows.push(row);
    rowStarts[item + 1] = rowStarts[item]! + row.columns.length;
  }
  const all = { starts: rowStarts, columns: new Int32Array(rowStarts[n]!), values: new Float64Array(rowStarts[n]!) };
  for (const [item, row] of rows.entries()) {
    all.columns.set(row.columns, rowStarts[item]!);
    all.values.set(row.values, rowStarts[item]!);
  }
  return all;

  function positive(item: number, similarityTo: (other: number) => number) {
    let kept = new Int32Array(n);
    let values = new Float64Array(n);
    let size = 0;
    for (let other = 0; other < n; other++) {
      // One who rated both is no correlation.
      if (common[other]! < 2 || other === item || !(dots[other]! > 0)) continue;
      kept[size] = other;
      values[size++] = similarityTo(other);
    }
    [kept, values] = [kept.slice(0, size), values.slice(0, size)];
    if (size <= maxKept) return { columns: kept, values };
    const nearest = topK(values, maxKept).sort();
    return { columns: nearest.map((place) => kept[place]!), values: Float64Array.from(nearest, (place) => values[place]!) };
  }
}
