import type { AnonymousId, CustomerId, ItemId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import type { Recommendation, RecommendationRequest, RecommendedItem } from "#domain/recommendation.ts";
import { type Html, html } from "#markup/html.ts";
import { href, pathTail, safeReturnPath } from "./addresses.ts";
import { readRecommendationId } from "./basket.ts";
import { itemCard } from "./item-card.ts";
import type { Visit } from "./visit.ts";
import { whyThis } from "./why-this.ts";

export type Ask = Pick<RecommendationRequest, "surface" | "n"> & Partial<Pick<RecommendationRequest, "pageItems" | "category">>;

/** Asks the engine; null when it has nothing to say, because a shop page must stand without it. */
export async function askEngine({ services, shopper, basket }: Visit, ask: Ask): Promise<Recommendation | null> {
  const answer = await services.recommend({
    customerId: shopper.names.customerId as CustomerId | null,
    anonymousId: shopper.names.anonymousId as AnonymousId | null,
    sessionId: null,
    pageItems: [],
    category: null,
    basket: basket.map(({ itemId }) => itemId),
    explain: "short",
    preview: false,
    ...ask,
  });
  return answer.ok && answer.value.items.length > 0 ? answer.value : null;
}

/** A row of suggestions under a heading; nothing at all when there is none. */
export async function recommendationRow(
  visit: Visit,
  recommendation: Recommendation | null,
  heading: string,
  aside: Html | false = false,
): Promise<Html | false> {
  if (recommendation === null) return false;
  const { services, shopper } = visit;
  const ids = recommendation.items.flatMap(({ itemId, reasons }) => [itemId, ...reasons.flatMap(({ item }) => item ?? [])]);
  const items = await services.items([...new Set(ids)]);
  // The id travels on only where following it is allowed.
  const id = shopper.mayTrack ? readRecommendationId(recommendation.recommendationId) : null;
  const cards = recommendation.items.flatMap((suggested) => {
    const item = items.get(suggested.itemId);
    return item === undefined ? [] : [itemCard(item, services.currency, id, cardFoot(visit, suggested, recommendation, items))];
  });
  if (cards.length === 0) return false;
  const headingId = `row-${recommendation.surface}`;
  return html`<section class="shelf" aria-labelledby="${headingId}"><div class="shelf-head"><h2 id="${headingId}">${heading}</h2>${aside}</div>
<ul class="grid">${cards}</ul></section>`;
}

function cardFoot(
  { request, shopper }: Visit,
  suggested: RecommendedItem,
  recommendation: Recommendation,
  items: ReadonlyMap<ItemId, CatalogueItem>,
): Html | false {
  if (suggested.reasons.length === 0) return false;
  const dismissible = recommendation.personalized && shopper.mayTrack;
  return html`${whyThis(suggested, recommendation, items, pathTail(request.path, "/product/"))}${
    dismissible &&
    html`<form method="post" action="${href("/dismiss")}"><input type="hidden" name="item" value="${suggested.itemId}">
<input type="hidden" name="rec" value="${recommendation.recommendationId}"><input type="hidden" name="back" value="${safeReturnPath(request.path)}">
<button class="text" aria-label="Not interested in ${items.get(suggested.itemId)?.title ?? suggested.itemId}">Not interested</button></form>`
  }`;
}
