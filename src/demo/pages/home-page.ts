import { html } from "#markup/html.ts";
import { safeReturnPath } from "../addresses.ts";
import { consentButton } from "../consent-form.ts";
import { layout } from "../layout.ts";
import { whyNotPersonal } from "../not-personal.ts";
import { askEngine, recommendationRow } from "../recommendation-row.ts";
import { pageResponse } from "../responses.ts";
import type { StorefrontResponse } from "../storefront-services.ts";
import { tellPage, type Visit } from "../visit.ts";

export async function homePage(visit: Visit): Promise<StorefrontResponse> {
  const { shopper, services } = visit;
  const named = shopper.names.customerId !== null || shopper.names.anonymousId !== null;
  // Somebody without a name has no history to ask for.
  const [first, popular, fresh] = await Promise.all([
    askEngine(visit, { surface: named ? "for-you" : "popular", n: 8 }),
    named ? askEngine(visit, { surface: "popular", n: 4 }) : null,
    askEngine(visit, { surface: "new", n: 4 }),
  ]);
  await tellPage(visit, "Home", {});
  const personal = first?.personalized === true;
  const back = safeReturnPath(visit.request.path);
  const aside = personal
    ? html`<p>From what you did in this shop. Each one says why.</p>${consentButton("not-personal", "See it not personalized", back)}`
    : first !== null && html`<p>${whyNotPersonal(shopper, first)}</p>${offerPersonal(visit, back)}`;
  const main = html`<div class="hero"><h1>${personal && shopper.customer ? `Good to see you, ${shopper.customer.displayName}` : "Good things for kitchen, table and home"}</h1>
<p>Coffee and candles, pots and presents: small makers, honest materials, and suggestions that tell you why they are there.</p></div>
${await recommendationRow(visit, first, personal ? "For you" : "Popular now", aside)}
${personal && (await recommendationRow(visit, popular, "Popular now", html`<p>What many people bought lately.</p>`))}
${await recommendationRow(visit, fresh, "New", html`<p>Just arrived on the shelves.</p>`)}`;
  return pageResponse(await layout(visit, services.shopName, main));
}

/** Saying yes later takes as many steps as saying no: one. Nobody is asked again who has not met the question yet. */
function offerPersonal({ shopper }: Visit, back: string) {
  if (shopper.choice === "undecided" || shopper.consents.personalize === true) return false;
  return consentButton("personal", "Make it personal", back);
}
