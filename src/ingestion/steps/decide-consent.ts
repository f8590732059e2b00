import { isGranted, isRefused } from "#domain/consent.ts";
import { eventPurposes, type Purpose, purposes } from "#domain/purpose.ts";
import { mergeConsents } from "#privacy/merge-consents.ts";
import type { ConsentStore } from "#storage/ports.ts";
import { changeOpen, type Draft, type Step } from "../draft.ts";

/**
 * Comes before anything is stored: an event for which nobody allowed any purpose is dropped, not for a moment kept.
 * A no that is in force (or stamped on the event) stays with the event, so that a later yes does not reach back over it.
 */
export function createDecideConsent(consents: Pick<ConsentStore, "current">): Step {
  return async function decideConsent(batch) {
    const open = batch.drafts.filter((draft) => draft.outcome === null);
    const states = await consents.current(batch.shopId, [...new Set(open.flatMap(({ names }) => names.map(({ personId }) => personId)))]);
    return changeOpen(batch, (draft): Draft => {
      const ofNames = draft.names.map(({ personId }) => states.get(personId));
      // Both names of an identify are one person from now on, so both count; otherwise the strongest speaks.
      const state = draft.message.linksNames ? mergeConsents(ofNames[0], ofNames[1]) : ofNames[0];
      const stamp = draft.message.stampedConsent;
      const stampedNo = (purpose: Purpose) => stamp === "malformed" || stamp?.get(purpose) === false;
      const refused = purposes.filter((purpose) => isRefused(state, purpose) || stampedNo(purpose));
      const allowed = (purpose: Purpose) => isGranted(state, purpose) && !stampedNo(purpose);
      if (draft.message.basis === "consent" && !eventPurposes.some(allowed)) {
        return { ...draft, outcome: { kind: "drop", reason: "NO_CONSENT" } };
      }
      return { ...draft, states: ofNames, refused, measured: allowed("measure") };
    });
  };
}
