import { solveRows } from "#kernels/solve-rows.ts";
import type { Regression } from "./combine.ts";
import { type DescribedItems, type Neighbourhoods, neighbourhoods } from "./neighbourhoods.ts";
import type { TargetRows } from "./weight-rows.ts";

/** Targets whose systems are held at a time: bounds the memory besides the weights themselves. */
const slab = 20_000;

/** The weights of some targets, with what decides whether an item that they did not choose would be chosen now. */
export type SolvedTargets = TargetRows & { /** See `Neighbourhoods`. */ readonly weakest: Float64Array };

export type SolveParams = { readonly neighbours: number; readonly repeat: number };

/**
 * The regression for each target by itself, on its m strongest neighbours N only: (M_NN + βF_N·F_Nᵀ)·b = R_N + βF_N·F_t.
 * With m at the size of the catalogue it is the whole regression, its diagonal apart. Independent per target, so any
 * subset can be solved again alone. Time m³/3 a target, memory m weights a target.
 */
export function solveTargets(
  regression: Regression,
  describedFor: (targets: Int32Array) => DescribedItems | null,
  targets: Int32Array,
  params: SolveParams,
): SolvedTargets {
  const slabs: SolvedTargets[] = [];
  for (let from = 0; from < targets.length; from += slab) {
    slabs.push(solveSlab(regression, describedFor, targets.subarray(from, from + slab), params));
  }
  return joined(slabs);
}

function solveSlab(
  regression: Regression,
  describedFor: (targets: Int32Array) => DescribedItems | null,
  targets: Int32Array,
  { neighbours, repeat }: SolveParams,
): SolvedTargets {
  const described = describedFor(targets);
  const near = neighbourhoods(regression, described, targets, neighbours);
  const { weights, weights2 } = solveRows({
    matrix: regression.matrix,
    content: described?.rows ?? null,
    starts: near.starts,
    items: near.items,
    rhs: near.rhs,
    rhs2: near.contentRhs,
  });
  return { ...withOwnWeights(regression, targets, near, weights, weights2, repeat), weakest: near.weakest };
}

/**
 * Scales the weights back from normalised items, and gives each target its weight from itself: how much having taken
 * it asks for taking it again, by its own regression. Surfaces that do not offer again what was taken never see it.
 */
function withOwnWeights(
  { matrix, again, norms }: Regression,
  targets: Int32Array,
  near: Neighbourhoods,
  weights: Float64Array,
  contentWeights: Float64Array | null,
  repeat: number,
): TargetRows {
  const size = near.items.length + targets.length;
  const rows = {
    starts: new Int32Array(targets.length + 1),
    items: new Int32Array(size),
    weights: new Float32Array(size),
    contentWeights: contentWeights === null ? null : new Float32Array(size),
  };
  let filled = 0;
  const put = (item: number, weight: number, content: number) => {
    rows.items[filled] = item;
    rows.weights[filled] = weight;
    if (rows.contentWeights !== null) rows.contentWeights[filled] = content;
    filled++;
  };
  for (let index = 0; index < targets.length; index++) {
    const target = targets[index]!;
    const own = (repeat * again[target]!) / matrix.diagonal[target]!;
    let ownIsDue = own !== 0;
    for (let at = near.starts[index]!; at < near.starts[index + 1]!; at++) {
      const source = near.items[at]!;
      if (ownIsDue && source > target) {
        put(target, own, 0);
        ownIsDue = false;
      }
      const scale = norms[source]! / norms[target]!;
      const content = contentWeights === null ? 0 : contentWeights[at]! * scale;
      put(source, weights[at]! * scale + content, content);
    }
    if (ownIsDue) put(target, own, 0);
    rows.starts[index + 1] = filled;
  }
  return {
    ...rows,
    items: rows.items.slice(0, filled),
    weights: rows.weights.slice(0, filled),
    contentWeights: rows.contentWeights?.slice(0, filled) ?? null,
  };
}

/** Rows of several slabs as one. */
function joined(slabs: readonly SolvedTargets[]): SolvedTargets {
  const [first] = slabs;
  if (slabs.length === 1 && first !== undefined) return first;
  const targets = slabs.reduce((sum, { starts }) => sum + starts.length - 1, 0);
  const size = slabs.reduce((sum, { items }) => sum + items.length, 0);
  const described = slabs.some(({ contentWeights }) => contentWeights !== null);
  const rows = {
    starts: new Int32Array(targets + 1),
    items: new Int32Array(size),
    weights: new Float32Array(size),
    contentWeights: described ? new Float32Array(size) : null,
    weakest: new Float64Array(targets),
  };
  let [row, filled] = [0, 0];
  for (const one of slabs) {
    rows.weakest.set(one.weakest, row);
    for (let index = 1; index < one.starts.length; index++) rows.starts[++row] = filled + one.starts[index]!;
    rows.items.set(one.items, filled);
    rows.weights.set(one.weights, filled);
    if (one.contentWeights !== null) rows.contentWeights?.set(one.contentWeights, filled);
    filled += one.items.length;
  }
  return rows;
}
