import { decodeWoocommerce, isPing } from "#ingestion/shops/decode-woocommerce.ts";
import type { App, RouteDeps } from "./route-deps.ts";
import { addHookRoute, inRawScope } from "./shop-hooks.ts";

/** `POST /v1/hooks/woocommerce/:shop`: webhooks of WooCommerce. It switches off a webhook that was refused five times in a row. */
export async function addWoocommerceRoutes(app: App, deps: RouteDeps): Promise<void> {
  await inRawScope(app, (scope) =>
    addHookRoute(scope, deps, {
      platform: "woocommerce",
      title: "WooCommerce",
      signatureHeader: "x-wc-webhook-signature",
      topicHeader: "x-wc-webhook-topic",
      // The delivery's id is made of the webhook's and the second: two orders of one second share it.
      deliveryHeaders: ["x-wc-webhook-delivery-id"],
      domainOf: () => null,
      isPing,
      decode: decodeWoocommerce,
    }),
  );
}
