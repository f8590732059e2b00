import { createRapport as create } from "./create-rapport.ts";
import type { Rapport, RapportOptions } from "./public-types.ts";

export type { BridgeOptions, ConsentProof, DataUse, Properties, Purposes, Rapport, RapportOptions, RapportProblem } from "./public-types.ts";

/** One shop in this browser. */
export function createRapport(options: RapportOptions): Rapport {
  return create(options);
}
