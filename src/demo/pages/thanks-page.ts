import { html } from "#markup/html.ts";
import { href } from "../addresses.ts";
import { layout } from "../layout.ts";
import { askEngine, recommendationRow } from "../recommendation-row.ts";
import { pageResponse } from "../responses.ts";
import type { StorefrontResponse } from "../storefront-services.ts";
import type { Visit } from "../visit.ts";

export async function thanksPage(visit: Visit): Promise<StorefrontResponse> {
  const order = visit.request.query.order ?? "";
  const main = html`<div class="hero"><h1>Thank you</h1><p>Your order ${/^[\w-]{1,64}$/.test(order) && html`<strong>${order}</strong> `}is placed.
This is a demonstration: nothing is charged and nothing will be sent. <a href="${href("/")}">Back to the shop</a></p></div>
${await recommendationRow(visit, await askEngine(visit, { surface: "popular", n: 4 }), "Popular now")}`;
  return pageResponse(await layout(visit, "Thank you", main));
}
