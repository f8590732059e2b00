import { factorCholesky, solveCholesky } from "./cholesky.ts";
import type { ContentRows, LocalSystems, LocalWeights } from "./solve-rows.ts";

/** Of the mean diagonal; what a system that does not factor is given first. */
const firstJitter = 1e-6;
const maxDoublings = 60;

/** The plain twin of `solveRows`: the same systems, one thread, no SIMD. What the fast one is tested against. */
export function solveRowsPlain(systems: LocalSystems): LocalWeights {
  const { starts, items, rhs, rhs2 } = systems;
  const weights = new Float64Array(items.length);
  const weights2 = rhs2 ? new Float64Array(items.length) : null;
  const positions = new Int32Array(systems.matrix.diagonal.length).fill(-1);
  const heads = new Int32Array(systems.content?.featureCount ?? 0).fill(-1);
  for (let target = 0; target < starts.length - 1; target++) {
    const [start, end] = [starts[target]!, starts[target + 1]!];
    const size = end - start;
    const near = items.subarray(start, end);
    const dense = buildSystem(systems, near, positions, heads);
    let meanDiagonal = 0;
    for (let position = 0; position < size; position++) meanDiagonal += Math.abs(dense[position * size + position]!) / size;
    const factor = dense.slice();
    let jitter = firstJitter * (meanDiagonal || 1);
    let factored = factors(factor, size);
    for (let turn = 0; !factored && turn < maxDoublings; turn++, jitter *= 2) {
      factor.set(dense);
      for (let position = 0; position < size; position++) factor[position * size + position]! += jitter;
      factored = factors(factor, size);
    }
    if (!factored) continue;
    weights.set(rhs.subarray(start, end), start);
    solveCholesky(factor, size, weights.subarray(start, end));
    if (rhs2 && weights2 !== null) {
      weights2.set(rhs2.subarray(start, end), start);
      solveCholesky(factor, size, weights2.subarray(start, end));
    }
  }
  return { weights, weights2 };
}

/** `factorCholesky` lets pass what is not a number. */
function factors(matrix: Float64Array, size: number): boolean {
  if (!factorCholesky(matrix, size)) return false;
  for (let row = 0; row < size; row++) if (!(matrix[row * size + row]! > 0)) return false;
  return true;
}

/** M[N, N] dense, lower triangle. `positions` and `heads` are scratch, -1 before and after. */
function buildSystem({ matrix, content }: LocalSystems, near: Int32Array, positions: Int32Array, heads: Int32Array): Float64Array {
  const size = near.length;
  const dense = new Float64Array(size * size);
  for (let position = 0; position < size; position++) {
    const item = near[position]!;
    positions[item] = position;
    dense[position * size + position] = matrix.diagonal[item]!;
    for (let at = matrix.starts[item]!; at < matrix.starts[item + 1]! && matrix.columns[at]! < item; at++) {
      const other = positions[matrix.columns[at]!]!;
      if (other >= 0) dense[position * size + other] = matrix.values[at]!;
    }
  }
  for (const item of near) positions[item] = -1;
  if (content) addContent(content, near, dense, heads);
  return dense;
}

/** For each feature the list of the items so far that have it, latest first, so that only pairs that share one are met. */
function addContent({ starts, features, values, beta }: ContentRows, near: Int32Array, dense: Float64Array, heads: Int32Array): void {
  const size = near.length;
  const links: { readonly next: number; readonly position: number; readonly value: number }[] = [];
  for (let position = 0; position < size; position++) {
    for (let at = starts[near[position]!]!; at < starts[near[position]! + 1]!; at++) {
      const feature = features[at]!;
      links.push({ next: heads[feature]!, position, value: values[at]! });
      heads[feature] = links.length - 1;
      for (let link = links.length - 1; link >= 0; link = links[link]!.next) {
        dense[position * size + links[link]!.position]! += beta * values[at]! * links[link]!.value;
      }
    }
  }
  for (const item of near) for (let at = starts[item]!; at < starts[item + 1]!; at++) heads[features[at]!] = -1;
}
