import type { IdMap } from "../id-map.ts";

/**
 * What the catalogue says of its items as sparse rows: item i has the features `features[starts[i] … starts[i + 1])`,
 * ascending, with these `values` (≥ 0). Feature f is called `names[f]` ("category: Lamps", "word: brass").
 */
export type ItemContent = {
  /** Every item of the catalogue, whether anybody ever touched it or not. */
  readonly ids: IdMap;
  readonly names: readonly string[];
  readonly starts: Int32Array;
  readonly features: Int32Array;
  readonly values: Float32Array;
};
