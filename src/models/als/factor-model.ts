import type { ItemId } from "#domain/ids.ts";
import { factorCholesky, solveCholesky } from "#kernels/cholesky.ts";
import type { ImplicitFactors } from "#kernels/factorize-implicit.ts";
import type { IdMap } from "../id-map.ts";
import type { Model, Query } from "../model.ts";

export type FoldIn = { readonly regularization: number; readonly unobserved: number };

/** Scores and contributions are whole multiples of it: sums of those are exact in any order, so they agree to the bit. */
const grain = 2 ** -36;
const toGrain = (value: number) => Math.round(value / grain) * grain + 0;

/** A term's share of the evidence: how much its item counts, and for how much of that this term stands. */
type Evidence = { readonly weights: Float64Array; readonly targets: Float64Array; readonly items: Int32Array };

/**
 * Items as factors Q. A question with terms t of weight c_t and target y_t (1, or −1 for what was waved away) asks
 * `score(i) = q_iᵀ·A⁻¹·Σ_t c_t·y_t·q_t` with `A = α₀QᵀQ + Σ_t c_t·q_t·q_tᵀ + λ(terms + α₀n)I`: the least squares the people of the
 * training were solved by. Several terms of one item count as the strongest and share it.
 */
export function createFactorModel(
  name: string,
  ids: IdMap,
  { values: factors, d }: ImplicitFactors,
  params: FoldIn & Readonly<Record<string, number>>,
  counts: Readonly<Record<string, number>>,
): Model {
  const n = ids.size();
  const gram = scaledGram(factors, n, d, params.unobserved);
  return {
    name,
    needs: "history",
    ids,
    score(query: Query) {
      const evidence = evidenceOf(query, ids);
      const { factor, person } = foldIn(evidence, factors, gram, n, d, params);
      const values = new Float64Array(n);
      for (let item = 0; item < n; item++) values[item] = toGrain(dot(factors, item * d, person, d));
      return {
        values,
        contributionsOf(itemId: ItemId) {
          const contributions = new Float64Array(query.length);
          const target = ids.indexOf(itemId);
          if (target === undefined) return contributions;
          const pull = Float64Array.from(factors.subarray(target * d, (target + 1) * d));
          solveCholesky(factor, d, pull);
          let left = values[target]!;
          let largest = -1;
          for (const [term, item] of evidence.items.entries()) {
            if (item < 0) continue;
            contributions[term] = toGrain(evidence.weights[term]! * evidence.targets[term]! * dot(factors, item * d, pull, d));
            left -= contributions[term]!;
            if (largest < 0 || Math.abs(contributions[term]!) > Math.abs(contributions[largest]!)) largest = term;
          }
          // What rounding left over, some grains, goes where it matters least.
          if (largest >= 0) contributions[largest] = contributions[largest]! + left + 0;
          return contributions;
        },
      };
    },
    describe: () => ({ description: "Implicit ALS: items as factors, whoever asks folded in", params, counts }),
  };
}

function evidenceOf(query: Query, ids: IdMap): Evidence {
  const items = Int32Array.from(query, ({ itemId }) => ids.indexOf(itemId) ?? -1);
  const [totals, strongest] = [new Map<number, number>(), new Map<number, number>()];
  for (const [term, item] of items.entries()) {
    const strength = Math.abs(query[term]!.strength);
    totals.set(item, (totals.get(item) ?? 0) + strength);
    strongest.set(item, Math.max(strongest.get(item) ?? 0, strength));
  }
  return {
    items,
    weights: Float64Array.from(items, (item, term) => {
      const total = totals.get(item)!;
      return total > 0 ? (Math.abs(query[term]!.strength) / total) * strongest.get(item)! : 0;
    }),
    targets: Float64Array.from(query, ({ strength }) => Math.sign(strength)),
  };
}

/** The Cholesky factor of A, and A⁻¹·Σ c·y·q. */
function foldIn({ items, weights, targets }: Evidence, factors: Float32Array, gram: Float64Array, n: number, d: number, params: FoldIn) {
  const factor = gram.slice();
  const person = new Float64Array(d);
  const distinct = new Set<number>();
  for (const [term, item] of items.entries()) {
    if (item < 0) continue;
    distinct.add(item);
    const start = item * d;
    for (let row = 0; row < d; row++) {
      const scaled = weights[term]! * factors[start + row]!;
      person[row]! += targets[term]! * scaled;
      for (let column = 0; column <= row; column++) factor[row * d + column]! += scaled * factors[start + column]!;
    }
  }
  // A ridge of nothing at all would leave the dimensions that no item uses without a pivot.
  const ridge = Math.max(1e-12, params.regularization * (distinct.size + params.unobserved * n));
  for (let row = 0; row < d; row++) factor[row * d + row]! += ridge;
  if (!factorCholesky(factor, d)) throw new Error("the fold-in is not positive definite: the factors are not finite");
  solveCholesky(factor, d, person);
  return { factor, person };
}

/** α₀·QᵀQ. */
function scaledGram(factors: Float32Array, n: number, d: number, unobserved: number): Float64Array {
  const gram = new Float64Array(d * d);
  for (let item = 0; item < n; item++) {
    for (let row = 0; row < d; row++) {
      const scaled = unobserved * factors[item * d + row]!;
      for (let column = 0; column < d; column++) gram[row * d + column]! += scaled * factors[item * d + column]!;
    }
  }
  return gram;
}

function dot(factors: Float32Array, start: number, vector: Float64Array, d: number): number {
  let sum = 0;
  for (let k = 0; k < d; k++) sum += factors[start + k]! * vector[k]!;
  return sum;
}
