import { seeOther } from "../responses.ts";
import type { StorefrontResponse } from "../storefront-services.ts";
import type { Visit } from "../visit.ts";

/** One press of a button: the shop's server makes the link and the press goes on to where it is used. No script, no key in the browser. */
export async function openOwnPage({ services, shopper }: Visit): Promise<StorefrontResponse> {
  const address = await services.ownPage(shopper.names);
  if (address === null) return seeOther("/privacy");
  return { status: 307, headers: { location: address, "cache-control": "private, no-store" }, cookies: [], body: "" };
}
