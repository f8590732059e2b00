import { eventPurposes } from "#domain/purpose.ts";
import { safeReturnPath } from "../addresses.ts";
import { customerCookie, dropCookie, keepCookie, visitorCookie } from "../cookies.ts";
import { oneField } from "../form-fields.ts";
import { seeOther } from "../responses.ts";
import type { StorefrontCookie, StorefrontResponse } from "../storefront-services.ts";
import type { Visit } from "../visit.ts";

/** Signs in as one of the demo's customers. There is no password, because there is nothing to protect. */
export async function signIn({ request, services, shopper }: Visit): Promise<StorefrontResponse> {
  const back = safeReturnPath(oneField(request, "back"));
  const wanted = oneField(request, "customer");
  const customer = services.demoCustomers.find(({ customerId }) => customerId === wanted);
  if (customer === undefined || customer.customerId === shopper.customer?.customerId) return seeOther(back);
  const cookies: StorefrontCookie[] = [keepCookie(customerCookie, customer.customerId)];
  if (shopper.customer !== null) {
    // The browser's id belongs to whoever was signed in before; carrying it on would tie two people together.
    cookies.push(dropCookie(visitorCookie));
  } else if (shopper.mayTrack) {
    const names = { customerId: customer.customerId, anonymousId: shopper.names.anonymousId };
    const consents = await services.consentsOf(names);
    if (eventPurposes.some((purpose) => consents[purpose] === true)) await services.track({ type: "identify", ...names, properties: {} });
    else cookies.push(dropCookie(visitorCookie));
  }
  return seeOther(back, cookies);
}

/** Forgets the device too: the next person at this browser starts as nobody. */
export function signOut({ request }: Visit): StorefrontResponse {
  const cookies = [dropCookie(customerCookie)];
  if (request.cookies[visitorCookie] !== undefined) cookies.push(dropCookie(visitorCookie));
  return seeOther("/", cookies);
}
