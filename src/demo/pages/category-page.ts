import { html } from "#markup/html.ts";
import { itemCard } from "../item-card.ts";
import { layout } from "../layout.ts";
import { pageResponse } from "../responses.ts";
import type { StorefrontResponse } from "../storefront-services.ts";
import { tellPage, type Visit } from "../visit.ts";
import { notFoundPage } from "./not-found-page.ts";

const mostOnAPage = 60;

export async function categoryPage(visit: Visit, category: string): Promise<StorefrontResponse> {
  const { services } = visit;
  const items = await services.itemsIn(category, mostOnAPage);
  if (items.length === 0) return notFoundPage(visit);
  await tellPage(visit, "Category", { category });
  const main = html`<section class="shelf" aria-labelledby="shelf"><div class="shelf-head"><h1 id="shelf">${category}</h1>
<p>${items.length === 1 ? "One item" : `${items.length} items`}</p></div>
<ul class="grid">${items.map((item) => itemCard(item, services.currency))}</ul></section>`;
  return pageResponse(await layout(visit, category, main, category));
}
