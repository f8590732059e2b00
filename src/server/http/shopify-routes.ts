import { decodeShopify } from "#ingestion/shops/decode-shopify.ts";
import type { App, RouteDeps } from "./route-deps.ts";
import { addHookRoute, headerOf, inRawScope } from "./shop-hooks.ts";

/** `POST /v1/hooks/shopify/:shop`: webhooks of Shopify's Admin API, the three compliance topics among them. */
export async function addShopifyRoutes(app: App, deps: RouteDeps): Promise<void> {
  await inRawScope(app, (scope) =>
    addHookRoute(scope, deps, {
      platform: "shopify",
      title: "Shopify",
      signatureHeader: "x-shopify-hmac-sha256",
      topicHeader: "x-shopify-topic",
      // The event's id is shared by all topics that one action of the merchant sets off; the webhook's id is this delivery's.
      deliveryHeaders: ["x-shopify-webhook-id", "x-shopify-event-id"],
      domainOf: (headers) => {
        const domain = headerOf(headers, "x-shopify-shop-domain");
        return domain !== null && /^[a-z0-9][a-z0-9.-]{2,250}$/i.test(domain) ? domain : null;
      },
      isPing: () => false,
      decode: decodeShopify,
    }),
  );
}
