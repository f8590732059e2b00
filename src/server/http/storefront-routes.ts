import fastifyCookie from "@fastify/cookie";
import fastifyFormbody from "@fastify/formbody";
import type { FastifyReply, FastifyRequest } from "fastify";
import { customerCookie, visitorCookie } from "#demo/cookies.ts";
import { createStorefront, type StorefrontServices } from "#demo/storefront.ts";
import { isUsableId } from "#domain/ids.ts";
import { isSellable } from "#domain/item.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { Shop } from "#domain/shop.ts";
import { mergeConsents } from "#privacy/merge-consents.ts";
import { personNameOf } from "./decode-fields.ts";
import { decodeSegment } from "./decode-segment.ts";
import { gpcOf, honourGpc } from "./gpc.ts";
import { rankingPageOf } from "./ranking-routes.ts";
import type { App, RouteDeps } from "./route-deps.ts";
import { wordsOf } from "./why-routes.ts";

export type DemoStorefront = { readonly shop: Shop; readonly shoppers: StorefrontServices["demoCustomers"] };

const prefix = "/shop";

function servicesOf({ house, measures, learning }: RouteDeps, { shop, shoppers }: DemoStorefront): StorefrontServices {
  const { shopId } = shop;
  const catalogue = async () => (await house.snapshots.of(shopId)).items;
  return {
    shopName: shop.name,
    currency: shop.currency,
    demoCustomers: shoppers,
    freshId: house.freshId,
    items: (ids) => house.store.catalogue.get(shopId, ids),
    categories: async () => [...new Set((await catalogue()).flatMap(({ categories }) => categories.slice(-1)))].sort(),
    itemsIn: async (category, limit) => (await catalogue()).filter((item) => item.categories.includes(category) && isSellable(item)).slice(0, limit),
    async recommend(request) {
      const result = await house.recommend(shopId, request);
      if (result.ok) measures.countRecommendation(request.surface, result.value.personalized);
      return result;
    },
    async why(request, itemId) {
      const result = await house.why.ofItem(shopId, request, itemId);
      return result.ok ? wordsOf(house, shopId, result.value, "en") : null;
    },
    async ownPage(names) {
      const link = await house.privacyLinks.mint(shopId, personNameOf(names.customerId, names.anonymousId), {
        ttlMinutes: 1,
        locale: "en",
        embedOrigins: [],
      });
      return link.ok ? `/privacy/enter?${new URLSearchParams({ token: link.value.token })}` : null;
    },
    rankingPath: rankingPageOf(shop.name),
    async track({ type, event, name, customerId, anonymousId, properties }) {
      const message = { type, event, name, userId: customerId, anonymousId, properties, messageId: house.freshId() };
      const decoded = decodeSegment(message, type, { context: {}, sentAt: undefined }, { receivedAt: house.clock(), freshId: house.freshId });
      if (!decoded.ok) return measures.countEvent(decoded.problem.code);
      const [outcome] = await house.ingest(shopId, [decoded.value]);
      measures.countEvent(outcome!.kind === "ok" ? "ok" : outcome!.kind === "drop" ? outcome!.reason : outcome!.problem.code);
      if (outcome!.kind === "ok") learning.poke();
    },
    async consentsOf(names) {
      const [first, second] = await house.personIds.ofNames(shopId, personNameOf(names.customerId, names.anonymousId));
      const states = await house.store.consents.current(
        shopId,
        [first, second].flatMap((name) => name?.personId ?? []),
      );
      const merged = mergeConsents(first && states.get(first.personId), second && states.get(second.personId));
      return Object.fromEntries([...merged].map(([purpose, { granted }]) => [purpose, granted]));
    },
    async setConsents(names, purposes, how) {
      const answers = new Map(Object.entries(purposes) as [Purpose, boolean][]);
      await house.recordConsents(shopId, [
        { names: personNameOf(names.customerId, names.anonymousId), purposes: answers, source: "person", notice: "storefront", how },
      ]);
      learning.poke();
    },
  };
}

/** The demo storefront under `/shop/`: plain pages over the same services as the API. */
export async function addStorefrontRoutes(app: App, deps: RouteDeps, demo: DemoStorefront): Promise<void> {
  await app.register(fastifyCookie);
  await app.register(fastifyFormbody);
  const storefront = createStorefront(servicesOf(deps, demo));

  const shoppers = new Set(demo.shoppers.map(({ customerId }) => customerId));

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const gpc = gpcOf(request);
    if (gpc) {
      const { [customerCookie]: customerId, [visitorCookie]: anonymousId } = request.cookies;
      const names = personNameOf(shoppers.has(customerId ?? "") ? customerId : null, anonymousId);
      if (names.anonymousId === null || isUsableId(names.anonymousId)) await honourGpc(deps.house, demo.shop.shopId, names);
    }
    const path = request.url.slice(prefix.length).split("?")[0] ?? "/";
    const response = await storefront({
      method: request.method === "POST" ? "POST" : "GET",
      path,
      query: onlyTexts(request.query),
      cookies: onlyTexts(request.cookies),
      form: (request.body ?? {}) as Record<string, string | string[]>,
      gpc,
    });
    for (const { name, value, maxAgeSeconds } of response.cookies) {
      reply.setCookie(name, value, { path: prefix, maxAge: maxAgeSeconds, httpOnly: true, sameSite: "lax" });
    }
    return reply.status(response.status).headers(response.headers).send(response.body);
  }

  for (const url of [prefix, `${prefix}/*`]) {
    app.get(url, { schema: { hide: true } }, answer);
    app.post(url, { schema: { hide: true } }, answer);
  }
}

function onlyTexts(fields: unknown): Record<string, string> {
  const entries = Object.entries((fields ?? {}) as Record<string, unknown>);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
