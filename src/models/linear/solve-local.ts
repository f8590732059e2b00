import { factorCholesky, solveCholesky } from "#kernels/cholesky.ts";
import { topK } from "#kernels/top-k.ts";
import type { Gram } from "./gram.ts";
import { createRows, type WeightRows } from "./weight-rows.ts";

/**
 * The same regression for each item by itself, on its `m` strongest neighbours only: (G_NN + λI)·b = G_Ni. With m at
 * the size of the catalogue it equals the dense solve. Independent per item; O(n·m³) time, n·m weights.
 */
export function solveLocal(gram: Gram, lambda: number, m: number): WeightRows {
  const { diagonal } = gram;
  const n = diagonal.length;
  const rows = createRows(n);
  const positions = new Int32Array(n).fill(-1);
  for (let target = 0; target < n; target++) {
    const near = strongest(gram, target, m);
    const size = near.length;
    if (size === 0) continue;
    const items = near.map((at) => gram.columns[at]!);
    for (let position = 0; position < size; position++) positions[items[position]!] = position;
    const matrix = new Float64Array(size * size);
    const b = new Float64Array(size);
    for (let position = 0; position < size; position++) {
      const item = items[position]!;
      b[position] = gram.values[near[position]!]!;
      // Columns ascend, and only the lower triangle is wanted.
      for (let at = gram.starts[item]!; at < gram.starts[item + 1]! && gram.columns[at]! < item; at++) {
        const other = positions[gram.columns[at]!]!;
        if (other >= 0) matrix[position * size + other] = gram.values[at]!;
      }
      matrix[position * size + position] = diagonal[item]! + lambda;
    }
    for (const item of items) positions[item] = -1;
    if (!factorCholesky(matrix, size)) throw new Error("the local gram matrix is not positive definite: counts are inconsistent");
    solveCholesky(matrix, size, b);
    for (let position = 0; position < size; position++) rows.add(items[position]!, target, b[position]!);
  }
  return rows.finish();
}

/** Places in `gram` of the m neighbours closest by cosine, in order of item; equally close ones by item. */
function strongest(gram: Gram, target: number, m: number): Int32Array {
  const start = gram.starts[target]!;
  const end = gram.starts[target + 1]!;
  const places = Int32Array.from({ length: end - start }, (_, index) => start + index);
  if (places.length <= m) return places;
  // The target's own norm is the same for all and changes no order.
  const closeness = Float64Array.from(places, (at) => gram.values[at]! / Math.sqrt(gram.diagonal[gram.columns[at]!]!));
  return topK(closeness, m)
    .map((index) => start + index)
    .sort();
}
