import { factorCholesky, invertCholesky } from "#kernels/cholesky.ts";
import type { Gram } from "./gram.ts";
import { createRows, type WeightRows } from "./weight-rows.ts";

/**
 * EASE (Steck, WWW 2019): B = I − P·diag(1 / diag P) with P = (G + λI)⁻¹, so that no item explains itself.
 * Exact; O(n³) time and n² memory, for catalogues of some hundred items.
 */
export function solveDense(gram: Gram, lambda: number): WeightRows {
  const { diagonal } = gram;
  const n = diagonal.length;
  const matrix = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    for (let at = gram.starts[row]!; at < gram.starts[row + 1]!; at++) matrix[row * n + gram.columns[at]!] = gram.values[at]!;
    matrix[row * n + row] = diagonal[row]! + lambda;
  }
  if (!factorCholesky(matrix, n)) throw new Error("the gram matrix is not positive definite: counts are inconsistent");
  const inverse = invertCholesky(matrix, n);
  const rows = createRows(n);
  for (let target = 0; target < n; target++) {
    for (let source = 0; source < n; source++) {
      if (source !== target) rows.add(source, target, -inverse[source * n + target]! / inverse[target * n + target]!);
    }
  }
  return rows.finish();
}
