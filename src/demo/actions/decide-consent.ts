import { eventPurposes } from "#domain/purpose.ts";
import { safeReturnPath } from "../addresses.ts";
import { choiceCookie, dropCookie, keepCookie, refusedValue, visitorCookie } from "../cookies.ts";
import { allFields, oneField } from "../form-fields.ts";
import { seeOther } from "../responses.ts";
import type { PurposeAnswers, StorefrontCookie, StorefrontResponse } from "../storefront-services.ts";
import type { Visit } from "../visit.ts";

/** Takes an answer from the banner or the privacy page. A no leaves no identifier behind; only a yes makes one. */
export async function decideConsent(visit: Visit): Promise<StorefrontResponse> {
  const { request, services, shopper } = visit;
  const back = safeReturnPath(oneField(request, "back"));
  const answers = answersOf(visit);
  if (answers === null) return seeOther(back);
  const how = oneField(request, "from") === "banner" ? "banner" : "preference-centre";
  const yes = Object.values(answers).includes(true);
  const existing = shopper.names.anonymousId;
  const customerId = shopper.names.customerId;
  // A signed-in customer is known already; a visitor gets a name only to keep the yes under.
  const anonymousId = existing ?? (yes && customerId === null ? services.freshId() : null);
  if (customerId !== null || anonymousId !== null) {
    await services.setConsents({ customerId, anonymousId }, { ...answers, ...(request.gpc && { share: false }) }, how);
  }
  const cookies: StorefrontCookie[] = [];
  if (yes) {
    if (anonymousId !== null) cookies.push(keepCookie(visitorCookie, anonymousId));
    if (request.cookies[choiceCookie] !== undefined) cookies.push(dropCookie(choiceCookie));
  } else {
    if (request.cookies[visitorCookie] !== undefined) cookies.push(dropCookie(visitorCookie));
    cookies.push(keepCookie(choiceCookie, refusedValue));
  }
  return seeOther(how === "banner" ? back : `${back}?note=saved`, cookies);
}

/** All three switches as they shall stand; null when the form said nothing we offer. */
function answersOf({ request, shopper }: Visit): PurposeAnswers | null {
  const chosen = allFields(request, "purposes");
  const each = (answer: (purpose: (typeof eventPurposes)[number]) => boolean) =>
    Object.fromEntries(eventPurposes.map((purpose) => [purpose, answer(purpose)]));
  switch (oneField(request, "choice")) {
    case "all":
      return each(() => true);
    case "none":
      return each(() => false);
    case "some":
      return each((purpose) => chosen.includes(purpose));
    case "personal":
      return each((purpose) => purpose === "personalize" || shopper.consents[purpose] === true);
    case "not-personal":
      return each((purpose) => purpose !== "personalize" && shopper.consents[purpose] === true);
    default:
      return null;
  }
}
