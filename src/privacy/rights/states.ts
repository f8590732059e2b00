import type { RightsState } from "#storage/ports/rights-request-store.ts";

/** What may follow on what; the only place that says so. What is closed stays closed. */
export const rightsMoves: Readonly<Record<RightsState, readonly RightsState[]>> = {
  open: ["in_progress", "fulfilled", "denied", "revoked", "expired"],
  in_progress: ["fulfilled", "denied", "revoked", "expired"],
  fulfilled: [],
  denied: [],
  revoked: [],
  expired: [],
};

export const mayMove = (from: RightsState, to: RightsState): boolean => rightsMoves[from].includes(to);
export const isOpenState = (state: RightsState): boolean => rightsMoves[state].length > 0;

/** Why a request may be denied: the reasons of the Data Rights Protocol, and that the person has been forgotten meanwhile. */
export const denialReasons = [
  "suspected_fraud",
  "insuf_verification",
  "no_match",
  "claim_not_covered",
  "outside_jurisdiction",
  "too_many_requests",
  "forgotten",
  "other",
] as const;
export type DenialReason = (typeof denialReasons)[number];
export const isDenialReason = (text: string): text is DenialReason => (denialReasons as readonly string[]).includes(text);
