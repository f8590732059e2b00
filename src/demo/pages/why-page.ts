import { type AnonymousId, type CustomerId, type ItemId, isUsableId } from "#domain/ids.ts";
import { surfaces } from "#domain/recommendation.ts";
import { html } from "#markup/html.ts";
import { href, productPath } from "../addresses.ts";
import { layout } from "../layout.ts";
import { pageResponse } from "../responses.ts";
import type { StorefrontResponse } from "../storefront-services.ts";
import type { Visit } from "../visit.ts";
import { notFoundPage } from "./not-found-page.ts";

const mostItems = 20;

/** All there is to say of one suggestion: asked again, as it was asked when it was shown. */
export async function whyPage(visit: Visit): Promise<StorefrontResponse> {
  const { services, shopper, basket, request } = visit;
  const { item: itemId = "", surface: asked, page, n } = request.query;
  const surface = surfaces.find((one) => one === asked);
  if (surface === undefined || !isUsableId(itemId) || (page !== undefined && !isUsableId(page))) return notFoundPage(visit);
  const item = (await services.items([itemId as ItemId])).get(itemId as ItemId);
  const why =
    item === undefined
      ? null
      : await services.why(
          {
            customerId: shopper.names.customerId as CustomerId | null,
            anonymousId: shopper.names.anonymousId as AnonymousId | null,
            sessionId: null,
            surface,
            pageItems: page === undefined ? [] : [page as ItemId],
            basket: basket.map((line) => line.itemId),
            n: /^\d{1,2}$/.test(n ?? "") ? Math.max(1, Math.min(mostItems, Number(n))) : 8,
            category: null,
            explain: "full",
            preview: true,
          },
          item.itemId,
        );
  if (item === undefined || why === null) return notFoundPage(visit);
  const main = html`<h1>Why this?</h1><p class="trail"><a href="${href(productPath(item.itemId))}">${item.title}</a></p>
<section class="panel"><p class="state">${why.line}</p>${why.label !== null && html`<p><span class="badge">${why.label}</span></p>`}<p>${why.dataUse}</p></section>
<section class="panel" aria-labelledby="terms"><h2 id="terms">Every reason, and how much it counts</h2><ol class="why-terms">${why.factors.map(
    ({ text, share, source, withoutIt }) =>
      html`<li><strong>${share}</strong> ${text} <span>${source}.</span>${withoutIt !== null && html` <em>${withoutIt}</em>`}</li>`,
  )}</ol></section>
<section class="panel" aria-labelledby="all"><h2 id="all">Everything else</h2><ul>${[...why.everything, ...why.rules].map((line) => html`<li>${line}</li>`)}</ul>
<p><a href="${services.rankingPath}">How ranking works here</a></p></section>`;
  return pageResponse(await layout(visit, "Why this?", main));
}
