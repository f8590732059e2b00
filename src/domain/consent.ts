import type { EpochMs } from "./clock.ts";
import type { PersonId } from "./ids.ts";
import type { Purpose } from "./purpose.ts";

/** Who decided: the person themselves, or the shop on the strength of a consent it says it holds. */
export const consentSources = ["person", "shop-asserted"] as const;
export type ConsentSource = (typeof consentSources)[number];

/** One answer to one purpose, as it was given. Kept for ever next to the ones before it; the latest counts. */
export type ConsentDecision = {
  readonly personId: PersonId;
  readonly purpose: Purpose;
  readonly granted: boolean;
  readonly at: EpochMs;
  readonly source: ConsentSource;
  /** Version or address of the notice that was shown. */
  readonly notice: string | null;
  /** How it was given: "banner", "preference-centre", "import" … */
  readonly how: string | null;
};

/** The decisions in force for one person. A purpose that is missing was never decided, which is not a yes. */
export type ConsentState = ReadonlyMap<Purpose, ConsentDecision>;

/** Fail closed: only a decision that says yes is a yes. */
export function isGranted(state: ConsentState | undefined, purpose: Purpose): boolean {
  return state?.get(purpose)?.granted === true;
}

/** An explicit no, as opposed to never having been asked. */
export function isRefused(state: ConsentState | undefined, purpose: Purpose): boolean {
  return state?.get(purpose)?.granted === false;
}
