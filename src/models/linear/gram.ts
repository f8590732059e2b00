import type { PairCounts } from "#kernels/pair-counts.ts";
import { symmetricRows } from "#kernels/symmetric-rows.ts";

/** G as sparse rows, columns ascending, its diagonal apart; in people (or baskets), not in thirds of a purchase. */
export type Gram = { readonly starts: Int32Array; readonly columns: Int32Array; readonly values: Float64Array; readonly diagonal: Float64Array };

/** G among the items of `kept` (indices into `support`), renumbered in that order; counts divided by `unit`. */
export function gramOf(support: readonly number[], pairs: PairCounts, kept: readonly number[], unit: number): Gram {
  const position = new Int32Array(support.length).fill(-1);
  for (const [index, item] of kept.entries()) position[item] = index;
  const { starts, columns, counts } = symmetricRows(pairs, position, kept.length);
  return {
    starts,
    columns,
    values: Float64Array.from(counts, (count) => count / unit),
    diagonal: Float64Array.from(kept, (item) => support[item]! / unit),
  };
}
