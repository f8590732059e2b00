import type { SymmetricMatrix } from "#kernels/solve-rows.ts";
import type { PairStatistics } from "../counts/pair-statistics.ts";
import { transitionUnit } from "../counts/transition-kernel.ts";

/** The regression's two sides: M = αG + (1 − α)A + Λ and, on the same pattern, R[j→i] at row i = αG + (1 − α)C. */
export type Regression = { readonly matrix: SymmetricMatrix; readonly rhs: Float64Array; readonly again: Float64Array; readonly norms: Float64Array };

/**
 * `unit`: what a liking of two items adds to G, so that λ is in people.
 *
 * Ridge λ·s^2ν for support s, and a factor s^ν by which an item's weights are multiplied as a source and divided as a
 * target: the regression on items normalised by popularity (Park et al., SIGIR 2025), told in terms of the plain one.
 */
export function combine(
  pairs: PairStatistics,
  unit: number,
  { alpha, lambda, normalization }: { alpha: number; lambda: number; normalization: number },
): Regression {
  const { starts, columns, both, near, before, support, nearDiagonal, again } = pairs;
  const [similar, follows] = [alpha / unit, (1 - alpha) / (unit * transitionUnit)];
  const values = new Float64Array(columns.length);
  const rhs = new Float64Array(columns.length);
  for (let at = 0; at < columns.length; at++) {
    values[at] = similar * both[at]! + follows * near[at]!;
    rhs[at] = similar * both[at]! + follows * before[at]!;
  }
  const norms = Float64Array.from(support, (one) => Math.max(one / unit, 1) ** normalization);
  return {
    matrix: {
      starts,
      columns,
      values,
      diagonal: Float64Array.from(support, (one, item) => similar * one + follows * nearDiagonal[item]! + lambda * norms[item]! ** 2),
    },
    rhs,
    again: Float64Array.from(again, (one) => follows * one),
    norms,
  };
}
