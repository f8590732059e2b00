import type { ItemId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import { type Html, html } from "#markup/html.ts";
import { categoryPath, href } from "../addresses.ts";
import { isBuyable, readRecommendationId } from "../basket.ts";
import { itemPicture } from "../item-card.ts";
import { layout } from "../layout.ts";
import { askEngine, recommendationRow } from "../recommendation-row.ts";
import { pageResponse } from "../responses.ts";
import type { StorefrontResponse } from "../storefront-services.ts";
import { tellEngine, type Visit } from "../visit.ts";
import { priceInWords } from "../wording.ts";
import { notFoundPage } from "./not-found-page.ts";

export async function productPage(visit: Visit, itemId: ItemId): Promise<StorefrontResponse> {
  const item = (await visit.services.items([itemId])).get(itemId);
  if (item === undefined) return notFoundPage(visit);
  const from = visit.shopper.mayTrack ? readRecommendationId(visit.request.query.rec) : null;
  if (from !== null) await tellEngine(visit, "Product Clicked", eventProduct(item, from));
  const [similar, together] = await Promise.all([
    askEngine(visit, { surface: "similar", pageItems: [itemId], n: 4 }),
    askEngine(visit, { surface: "bought-together", pageItems: [itemId], n: 4 }),
  ]);
  await tellEngine(visit, "Product Viewed", eventProduct(item, from));
  const main = html`${trail(item)}<article class="product">${itemPicture(item)}<div><h1>${item.title}</h1>
${item.brand !== null && html`<p class="maker">by ${item.brand}</p>`}
<p class="price">${priceInWords(item.price, item.currency, visit.services.currency)}</p>
${item.description !== null && html`<p>${item.description}</p>`}
${buy(item, from)}</div></article>
${await recommendationRow(visit, together, "Often bought together")}
${await recommendationRow(visit, similar, "Similar")}`;
  return pageResponse(await layout(visit, item.title, main, item.categories.at(-1) ?? null));
}

/** An item as events name it. */
export function eventProduct(item: CatalogueItem, recommendationId: string | null): Record<string, unknown> {
  return {
    product_id: item.itemId,
    name: item.title,
    ...(item.categories.length > 0 && { category: item.categories.at(-1) }),
    ...(item.brand !== null && { brand: item.brand }),
    ...(item.price !== null && { price: item.price }),
    ...(recommendationId !== null && { recommendation_id: recommendationId }),
  };
}

function trail(item: CatalogueItem): Html | false {
  const narrowest = item.categories.at(-1);
  if (narrowest === undefined) return false;
  return html`<p class="trail"><a href="${href("/")}">Shop</a> › <a href="${href(categoryPath(narrowest))}">${narrowest}</a></p>`;
}

function buy(item: CatalogueItem, from: string | null): Html {
  if (!isBuyable(item)) return html`<p><span class="badge">${item.price === null ? "Ask us for this one" : "Sold out at the moment"}</span></p>`;
  const most = Math.min(99, item.stock ?? 99);
  return html`<form class="buy" method="post" action="${href("/basket/add")}"><input type="hidden" name="item" value="${item.itemId}">
${from !== null && html`<input type="hidden" name="rec" value="${from}">`}
<label for="quantity">Quantity<input type="number" id="quantity" name="quantity" value="1" min="1" max="${most}" inputmode="numeric"></label>
<button>Add to basket</button></form>`;
}
