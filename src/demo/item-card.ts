import type { CatalogueItem } from "#domain/item.ts";
import { isSellable } from "#domain/item.ts";
import { paidPlacementOf } from "#domain/paid-placement.ts";
import { type Html, html } from "#markup/html.ts";
import { href, productPath } from "./addresses.ts";
import { pictureOf } from "./picture.ts";
import { priceInWords } from "./wording.ts";

/** An item in a row or on a shelf. `recommendationId` goes along in the link, so that a click can be counted for it. */
export function itemCard(item: CatalogueItem, shopCurrency: string, recommendationId: string | null = null, foot: Html | false = false): Html {
  const from = recommendationId === null ? "" : `?rec=${encodeURIComponent(recommendationId)}`;
  return html`<li><article class="card"><a href="${href(productPath(item.itemId))}${from}">${itemPicture(item)}
<div class="words"><h3>${item.title}</h3>${item.brand !== null && html`<p class="maker">${item.brand}</p>`}
<p class="price">${priceInWords(item.price, item.currency, shopCurrency)}${!isSellable(item) && html` <span class="badge">Sold out</span>`}${paidLabel(item)}</p></div></a>
${foot && html`<div class="foot">${foot}</div>`}</article></li>`;
}

/** What must stand beside an item that is paid for or pushed, wherever it is shown. */
function paidLabel(item: CatalogueItem): Html | false {
  const { sponsored, boosted, by } = paidPlacementOf(item);
  if (sponsored) return html` <span class="badge">${by === null ? "Sponsored" : `Sponsored by ${by}`}</span>`;
  return boosted && html` <span class="badge">Promoted by the shop</span>`;
}

/** The shop's own photograph where it lies on this server; otherwise a drawing, because no other host is ever asked. */
export function itemPicture(item: CatalogueItem): Html {
  const own = item.imageUrl !== null && /^\/(?![/\\])/.test(item.imageUrl);
  return own ? html`<img class="picture" src="${item.imageUrl}" alt="" loading="lazy" width="400" height="300">` : pictureOf(item);
}
