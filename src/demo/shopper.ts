import { isUsableId } from "#domain/ids.ts";
import { eventPurposes } from "#domain/purpose.ts";
import { choiceCookie, customerCookie, refusedValue, visitorCookie } from "./cookies.ts";
import type { PurposeAnswers, ShopperNames, StorefrontRequest, StorefrontServices } from "./storefront-services.ts";

/** Who is in front of us, as far as they allow. */
export type Shopper = {
  readonly customer: StorefrontServices["demoCustomers"][number] | null;
  /** What may be sent about them; both null before a decision and after a refusal, unless they signed in. */
  readonly names: ShopperNames;
  readonly consents: PurposeAnswers;
  readonly choice: "undecided" | "refused" | "decided";
  readonly mayTrack: boolean;
};

export async function recogniseShopper(request: StorefrontRequest, services: StorefrontServices): Promise<Shopper> {
  const customer = services.demoCustomers.find(({ customerId }) => customerId === request.cookies[customerCookie]) ?? null;
  const refusedHere = request.cookies[choiceCookie] === refusedValue;
  const names = { customerId: customer?.customerId ?? null, anonymousId: refusedHere ? null : visitorIdOf(request) };
  const named = names.customerId !== null || names.anonymousId !== null;
  const consents = named ? await services.consentsOf(names) : {};
  const asked = eventPurposes.some((purpose) => consents[purpose] !== undefined);
  const mayTrack = eventPurposes.some((purpose) => consents[purpose] === true);
  // An account's own answer counts before the device's: the refusal on the device names nobody.
  const choice = asked ? (mayTrack ? "decided" : "refused") : refusedHere ? "refused" : "undecided";
  // A visitor id without an answer behind it (a copied or outdated cookie) is not used for anything.
  return { customer, names: asked ? names : { ...names, anonymousId: null }, consents, choice, mayTrack };
}

/** The id that this browser was given after a yes. */
function visitorIdOf(request: StorefrontRequest): string | null {
  const id = request.cookies[visitorCookie];
  return id !== undefined && isUsableId(id) ? id : null;
}
