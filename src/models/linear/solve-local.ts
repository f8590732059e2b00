import { factorCholesky, solveCholesky } from "#kernels/cholesky.ts";
import type { Neighbours } from "./neighbours.ts";
import { createRows, type WeightRows } from "./weight-rows.ts";

/**
 * The same regression for each item by itself, on its `m` strongest neighbours only: (G_NN + λI)·b = G_Ni. With m at
 * the size of the catalogue it equals the dense solve. Independent per item; O(n·m³) time, n·m weights.
 */
export function solveLocal(gram: Neighbours, diagonal: Float64Array, lambda: number, m: number): WeightRows {
  const n = diagonal.length;
  const rows = createRows(n);
  const positions = new Int32Array(n).fill(-1);
  for (let target = 0; target < n; target++) {
    const near = strongest(gram, diagonal, target, m);
    const size = near.length;
    if (size === 0) continue;
    for (const [position, { item }] of near.entries()) positions[item] = position;
    const matrix = new Float64Array(size * size);
    const b = new Float64Array(size);
    for (const [position, { item, value }] of near.entries()) {
      b[position] = value;
      for (let at = gram.starts[item]!; at < gram.starts[item + 1]!; at++) {
        const other = positions[gram.columns[at]!]!;
        if (other >= 0) matrix[position * size + other] = gram.values[at]!;
      }
      matrix[position * size + position] = diagonal[item]! + lambda;
    }
    for (const { item } of near) positions[item] = -1;
    if (!factorCholesky(matrix, size)) throw new Error("the local gram matrix is not positive definite: counts are inconsistent");
    solveCholesky(matrix, size, b);
    for (const [position, { item }] of near.entries()) rows.add(item, target, b[position]!);
  }
  return rows.finish();
}

type Near = { item: number; value: number; closeness: number };

/** The m neighbours closest by cosine, in order of index. */
function strongest(gram: Neighbours, diagonal: Float64Array, target: number, m: number): Near[] {
  const near: Near[] = [];
  for (let at = gram.starts[target]!; at < gram.starts[target + 1]!; at++) {
    const item = gram.columns[at]!;
    const value = gram.values[at]!;
    near.push({ item, value, closeness: value / Math.sqrt(diagonal[target]! * diagonal[item]!) });
  }
  if (near.length > m) {
    near.sort((a, b) => b.closeness - a.closeness || a.item - b.item);
    near.length = m;
    near.sort((a, b) => a.item - b.item);
  }
  return near;
}
