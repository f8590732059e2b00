import type { EpochMs } from "#domain/clock.ts";
import { byGpc, type ConsentState, isChild, isGranted } from "#domain/consent.ts";
import { type Purpose, purposes } from "#domain/purpose.ts";
import type { Policy } from "../policy/policy.ts";
import { addMonths } from "./months.ts";

export type MayAsk = {
  readonly mayAsk: boolean;
  /** From when on; null: now, or never for as long as this holds. */
  readonly askAgainAt: EpochMs | null;
  readonly because: "never-asked" | "given" | "refused" | "opt-out-signal" | "age";
};

/** After a no the same is not asked again for as long as the policy says; after a yes there is nothing to ask. */
export function mayAskOf(state: ConsentState | undefined, policy: Pick<Policy, "consent">, now: EpochMs): Readonly<Record<Purpose, MayAsk>> {
  const { repromptMonths, optOutRepromptMonths } = policy.consent;
  const one = (purpose: Purpose): MayAsk => {
    const decision = state?.get(purpose);
    if (decision?.granted === true && isGranted(state, purpose)) return { mayAsk: false, askAgainAt: decision.expiresAt ?? null, because: "given" };
    if (isChild(state)) return { mayAsk: false, askAgainAt: null, because: "age" };
    if (decision === undefined || decision.granted) return { mayAsk: true, askAgainAt: null, because: "never-asked" };
    const months = purpose === "share" ? Math.max(repromptMonths, optOutRepromptMonths) : repromptMonths;
    const askAgainAt = addMonths(decision.at, months);
    return { mayAsk: now >= askAgainAt, askAgainAt, because: decision.how === byGpc ? "opt-out-signal" : "refused" };
  };
  return Object.fromEntries(purposes.map((purpose) => [purpose, one(purpose)])) as Record<Purpose, MayAsk>;
}
