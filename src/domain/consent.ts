import type { EpochMs } from "./clock.ts";
import type { PersonId } from "./ids.ts";
import { ofAge, type Purpose } from "./purpose.ts";

/** Who decided: the person themselves, or the shop on the strength of a consent it says it holds. */
export const consentSources = ["person", "shop-asserted"] as const;
export type ConsentSource = (typeof consentSources)[number];

/** Ways in which a decision comes about that count for more than others. */
export const [byGuardian, byGpc, byGpcAcknowledged] = ["guardian", "gpc", "gpc-acknowledged"] as const;

/** What proves a decision, beside the decision itself. */
export type ConsentProof = {
  /** Hash of the notice that was shown; where nobody said which, of the one in force. */
  readonly noticeHash?: string;
  /** Did whoever sent the decision name that notice? */
  readonly noticeShown?: boolean;
  readonly language?: string;
  /** How a guardian was made sure of; a note of the shop. */
  readonly verification?: string;
  /** Where a consent string of a consent manager decided: which, and which version of the table that reads it. */
  readonly signal?: string;
};

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
  /** A yes holds until then; missing: until it is taken back. */
  readonly expiresAt?: EpochMs | null;
  readonly proof?: ConsentProof | null;
};

/** The decisions in force for one person. A purpose that is missing was never decided, which is not a yes. */
export type ConsentState = ReadonlyMap<Purpose, ConsentDecision>;

/** Somebody too young to decide by themselves; whoever said nothing of their age is not. */
export function isChild(state: ConsentState | undefined): boolean {
  return state?.get(ofAge)?.granted === false;
}

/** Fail closed: only a decision that says yes is a yes, and of a child only a guardian's. */
export function isGranted(state: ConsentState | undefined, purpose: Purpose): boolean {
  const decision = state?.get(purpose);
  return decision?.granted === true && (decision.how === byGuardian || !isChild(state));
}

/** An explicit no, as opposed to never having been asked. */
export function isRefused(state: ConsentState | undefined, purpose: Purpose): boolean {
  return state?.get(purpose)?.granted === false;
}
