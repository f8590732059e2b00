import { Type } from "typebox";
import { type Locale, localeOf, localeOfBrowser } from "#centre/locales.ts";
import { showNoRanking, showRanking } from "#centre/ranking-page.ts";
import { ProblemError } from "#domain/problem.ts";
import type { Shop } from "#domain/shop.ts";
import { probes } from "#serving/why-ranking.ts";
import type { House } from "../compose.ts";
import { errorReplies } from "../contract/errors.ts";
import { rankingReply } from "../contract/ranking.ts";
import { centreHeaders } from "./centre-headers.ts";
import type { App, RouteDeps } from "./route-deps.ts";

export const rankingPath = "/ranking";
export const rankingPageOf = (shopName: string, locale?: Locale): string =>
  `${rankingPath}?${new URLSearchParams({ shop: shopName, ...(locale === undefined ? {} : { lang: locale }) })}`;

const querystring = Type.Object({ shop: Type.Optional(Type.String({ maxLength: 256 })), lang: Type.Optional(Type.String({ maxLength: 35 })) });

/** The shop of that name, or the only one there is. */
async function shopNamed({ store }: House, name: string | undefined): Promise<Shop | null> {
  if (name !== undefined && name !== "") return store.shops.byName(name);
  const shops = await store.shops.list();
  return shops.length === 1 ? shops[0]! : null;
}

/** `GET /ranking` for people and `GET /v1/ranking` for programs: how a shop ranks, for anybody to read. */
export function addRankingRoutes(app: App, { house }: RouteDeps): void {
  app.get(rankingPath, { schema: { hide: true, querystring } }, async (request, reply) => {
    const locale = localeOf(request.query.lang) ?? localeOfBrowser(request.headers["accept-language"]);
    const shop = await shopNamed(house, request.query.shop);
    reply.headers({ ...centreHeaders([]), "cache-control": "no-cache", vary: "accept-language" }).type("text/html; charset=utf-8");
    if (shop === null) return reply.status(404).send(showNoRanking(locale));
    const place = { locale, shopName: shop.name, path: rankingPath, fields: { shop: shop.name } };
    return reply.send(showRanking(place, { ...(await house.describeRanking(shop.shopId)), probes }));
  });

  app.get(
    "/v1/ranking",
    {
      schema: {
        tags: ["Recommendations"],
        summary: "How ranking works here",
        description: "Read from the settings in force. Needs no key; a shop need not be named where there is one.",
        security: [],
        querystring,
        response: { 200: rankingReply, ...errorReplies },
      },
    },
    async (request, reply) => {
      const shop = await shopNamed(house, request.query.shop);
      if (shop === null) throw new ProblemError({ code: "SHOP_UNKNOWN", detail: "shop, in the query" });
      const { surfaces, models, dial, sponsoredItems, boostedItems } = await house.describeRanking(shop.shopId);
      reply.header("access-control-allow-origin", "*").header("cache-control", "no-cache");
      return {
        shop: shop.name,
        page: rankingPageOf(shop.name),
        surfaces: surfaces.map((one) => ({
          ...one,
          ladder: [...one.ladder],
          rules: [...one.rules],
          weights: one.weights === null ? null : [...one.weights],
        })),
        models: models.map(({ builtAt, ...model }) => ({ ...model, builtAt: new Date(builtAt).toISOString() })),
        dial: [...dial],
        sponsoredItems,
        boostedItems,
      };
    },
  );
}
