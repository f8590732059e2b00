import { invertDense, solveDense } from "#kernels/solve-dense.ts";
import { combine, type Regression } from "#models/linear/combine.ts";
import { linear } from "#models/linear/linear.ts";
import { createLinearModel } from "#models/linear/linear-model.ts";
import { linearParams } from "#models/linear/linear-params.ts";
import { peopleSource } from "#models/linear/source.ts";
import type { LinearRows } from "#models/linear/weight-rows.ts";
import type { ModelFactory } from "#models/model.ts";
import { popularityOf } from "#models/popular/popularity-of.ts";

/**
 * `linear` without its shortcut: the same counts, the same parameters, the same question, but each item's regression is over all
 * other items, not over its neighbours. 4n³ flops and 24n² bytes for n items; knows nothing of content.
 */
export const denseLinear: ModelFactory = {
  ...linear,
  name: "linear, dense",
  fit({ histories }, options) {
    const params = linearParams(options.params);
    const source = peopleSource.ofHistories(histories, [], params);
    const n = source.ids.size();
    return createLinearModel({
      name: "linear, dense",
      description: "The whole regression at once",
      ids: source.ids,
      rows: solveWhole(combine(source.pairs, source.unit, params), n, params.repeat),
      popularity: popularityOf(source.days),
      features: null,
      params: { ...params, neighbours: n },
      counts: { ...source.counts, items: n },
    });
  },
};

/** B = PR − P·diag((PR)_tt / P_tt), P = M⁻¹: for each target t the minimum where its own weight is 0. */
function solveWhole({ matrix, rhs, again, norms }: Regression, n: number, repeat: number): LinearRows {
  const whole = new Float64Array(n * n);
  const solved = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    whole[row * n + row] = matrix.diagonal[row]!;
    for (let at = matrix.starts[row]!; at < matrix.starts[row + 1]!; at++) {
      whole[row * n + matrix.columns[at]!] = matrix.values[at]!;
      solved[matrix.columns[at]! * n + row] = rhs[at]!;
    }
  }
  if (!solveDense(whole, n, solved, n) || !invertDense(whole, n)) throw new Error("not positive definite");
  const shift = Float64Array.from({ length: n }, (_, target) => solved[target * n + target]! / whole[target * n + target]!);
  const weights = new Float32Array(n * n);
  for (let source = 0; source < n; source++) {
    for (let target = 0; target < n; target++) {
      const weight = solved[source * n + target]! - whole[source * n + target]! * shift[target]!;
      weights[source * n + target] = weight * (norms[source]! / norms[target]!);
    }
    weights[source * n + source] = (repeat * again[source]!) / matrix.diagonal[source]!;
  }
  return {
    starts: Int32Array.from({ length: n + 1 }, (_, row) => row * n),
    targets: Int32Array.from({ length: n * n }, (_, at) => at % n),
    weights,
    contentWeights: null,
  };
}
