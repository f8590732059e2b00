import { html } from "#markup/html.ts";
import { href } from "../addresses.ts";
import { layout } from "../layout.ts";
import { askEngine, recommendationRow } from "../recommendation-row.ts";
import { pageResponse } from "../responses.ts";
import type { StorefrontResponse } from "../storefront-services.ts";
import type { Visit } from "../visit.ts";

export async function notFoundPage(visit: Visit): Promise<StorefrontResponse> {
  const main = html`<h1>That is not on our shelves</h1><p>The page may have moved, or the item is no longer sold. <a href="${href("/")}">Back to the shop</a></p>
${await recommendationRow(visit, await askEngine(visit, { surface: "popular", n: 4 }), "Popular now")}`;
  return pageResponse(await layout(visit, "Not found", main), 404);
}
