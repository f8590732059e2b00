import { type Html, html } from "#markup/html.ts";
import { href, productPath } from "../addresses.ts";
import { type PricedLine, priceBasket, totalOf } from "../basket.ts";
import { itemPicture } from "../item-card.ts";
import { layout } from "../layout.ts";
import { askEngine, recommendationRow } from "../recommendation-row.ts";
import { pageResponse } from "../responses.ts";
import type { StorefrontResponse } from "../storefront-services.ts";
import type { Visit } from "../visit.ts";
import { priceInWords } from "../wording.ts";

export async function basketPage(visit: Visit): Promise<StorefrontResponse> {
  const { services, basket } = visit;
  const lines = priceBasket(basket, await services.items(basket.map(({ itemId }) => itemId)));
  const suggestions =
    lines.length > 0
      ? await recommendationRow(visit, await askEngine(visit, { surface: "complete-basket", n: 4 }), "Complete your basket")
      : await recommendationRow(visit, await askEngine(visit, { surface: "popular", n: 4 }), "Popular now");
  const main = html`<h1>Your basket</h1>${lines.length === 0 ? html`<p>It is empty still. <a href="${href("/")}">Look around</a></p>` : filled(visit, lines)}${suggestions}`;
  return pageResponse(await layout(visit, "Your basket", main));
}

function filled({ services }: Visit, lines: readonly PricedLine[]): Html {
  const total = priceInWords(totalOf(lines), null, services.currency);
  return html`<ul class="lines">${lines.map((line, at) => basketLine(line, at, services.currency))}</ul>
<div class="total"><span>Total <strong>${total}</strong></span><form method="post" action="${href("/checkout")}"><button>Place the order</button></form></div>`;
}

function basketLine({ item, quantity, price, buyable }: PricedLine, at: number, currency: string): Html {
  const change = href("/basket/change");
  return html`<li>${itemPicture(item)}<div><a href="${href(productPath(item.itemId))}"><strong>${item.title}</strong></a>
<p class="maker">${priceInWords(item.price, item.currency, currency)} each${!buyable && html` <span class="badge">Cannot be ordered now</span>`}</p>
<form method="post" action="${change}"><input type="hidden" name="item" value="${item.itemId}">
<label for="quantity-${at}">Quantity</label><input type="number" id="quantity-${at}" name="quantity" value="${quantity}" min="0" max="99" inputmode="numeric">
<button class="quiet">Update</button>
<button class="text" name="remove" value="1" aria-label="Remove ${item.title}">Remove</button></form></div>
<span class="sum">${buyable && priceInWords(price * quantity, item.currency, currency)}</span></li>`;
}
