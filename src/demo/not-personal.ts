import type { Recommendation } from "#domain/recommendation.ts";
import type { Shopper } from "./shopper.ts";

/** One plain line that says why an answer is the same for everybody. */
export function whyNotPersonal(shopper: Shopper, recommendation: Recommendation): string {
  const said = (code: Recommendation["notices"][number]["code"]) => recommendation.notices.some((notice) => notice.code === code);
  if (shopper.choice === "undecided") return "The same for everybody: you have not chosen yet, so nothing about you is used.";
  if (shopper.consents.personalize !== true || said("NO_CONSENT")) return "The same for everybody: personalization is off, as you chose.";
  if (said("NOT_ENOUGH_DATA")) return "The same for everybody for now: there is too little to go by yet. Look around, and this row will follow.";
  if (recommendation.dataUse === "page") return "Chosen by this page alone; nothing about you is used.";
  return "The same for everybody for now: nothing about you was used.";
}
