import type { ConsentDecision, ConsentState } from "#domain/consent.ts";
import { decidable, type Purpose } from "#domain/purpose.ts";

/**
 * What holds for one person met under two names, per purpose: a no of either is a no; otherwise a yes of either is a
 * yes; what neither decided stays undecided.
 */
export function mergeConsents(a: ConsentState | undefined, b: ConsentState | undefined): Map<Purpose, ConsentDecision> {
  const merged = new Map<Purpose, ConsentDecision>();
  for (const purpose of decidable) {
    const decisions = [a?.get(purpose), b?.get(purpose)].filter((decision) => decision !== undefined);
    const decision = decisions.find(({ granted }) => !granted) ?? decisions[0];
    if (decision !== undefined) merged.set(purpose, decision);
  }
  return merged;
}
