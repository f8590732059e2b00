import type { RecommendationsReply } from "#server/contract/recommendations.ts";
import { fixture, sign } from "../../clients/hook-sender.ts";
import type { Reply } from "../../support/api-client.ts";
import { type ApiWorld, nobodyListens } from "../../support/api-world.ts";
import { accountRequests, consentRequests, controlRequests, rightsRequests } from "./documented-trust-requests.ts";

const secret = "documented-secret";

/** One good request for every documented operation; a new route has to come with one. */
export async function goodRequests(world: ApiWorld, recommendation: RecommendationsReply): Promise<Record<string, () => Promise<Reply<unknown>>>> {
  const { api, pages, keys, address } = world;
  const userId = "documented";
  const track = { userId, event: "Product Viewed", properties: { product_id: "tea-00" } };
  const { body: webhook } = await api.post<{ id: string }>("/v1/webhooks", { url: nobodyListens, types: ["consent.changed"] });
  await api.put("/v1/connections/shopify", { secret });
  await api.put("/v1/connections/woocommerce", { secret });
  const asked = await hook("shopify", { "x-shopify-topic": "customers/data_request" }, fixture("shopify-data-request"));
  if (asked.status !== 200) throw new Error(`a data request was answered ${asked.status}: ${asked.text}`);

  async function hook(platform: "shopify" | "woocommerce", headers: Readonly<Record<string, string>>, payload: string): Promise<Reply<unknown>> {
    const signature = { [platform === "shopify" ? "x-shopify-hmac-sha256" : "x-wc-webhook-signature"]: sign(secret, payload) };
    const path = `/v1/hooks/${platform}/${encodeURIComponent(keys.shop)}`;
    const response = await fetch(address + path, { method: "POST", headers: { ...headers, ...signature }, body: payload });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) as unknown };
  }

  return {
    "post /v1/track": () => pages.post("/v1/track", track),
    "post /v1/identify": () => pages.post("/v1/identify", { userId, traits: {} }),
    "post /v1/page": () => pages.post("/v1/page", { userId, name: "Home" }),
    "post /v1/screen": () => pages.post("/v1/screen", { userId, name: "Home" }),
    "post /v1/group": () => pages.post("/v1/group", { userId, groupId: "club" }),
    "post /v1/alias": () => pages.post("/v1/alias", { userId, previousId: "documented-before" }),
    "post /v1/batch": () => pages.post("/v1/batch", { batch: [{ ...track, type: "track" }, null, { type: "page" }] }),
    "post /v1/import": () => pages.post("/v1/import", { batch: [{ ...track, type: "track" }] }),
    "post /beacon/v1/batch": () => pages.post("/beacon/v1/batch", { batch: [{ ...track, type: "track" }] }),
    "post /v1/merge": () =>
      pages.post("/v1/merge", {
        mergeProperties: [
          { type: "user_id", value: userId },
          { type: "anonymous_id", value: "documented-phone" },
        ],
      }),
    "get /v1/projects/{writeKey}/settings": () => pages.get(`/v1/projects/${keys.writeKey}/settings`),
    "post /v1/recommendations": () => api.post("/v1/recommendations", { surface: "for-you", customerId: userId, explain: "full" }),
    "post /v1/outcomes": () =>
      pages.post("/v1/outcomes", { recommendationId: recommendation.recommendationId, item: recommendation.items[0]!.id, outcome: "added" }),
    "put /v1/consents": () => pages.put("/v1/consents", { customerId: userId, purposes: { measure: true } }),
    "get /v1/consents": () => api.get(`/v1/consents?customerId=${userId}`),
    "post /v1/identities/merge": () => api.post("/v1/identities/merge", { from: { anonymousId: "documented-before" }, into: userId }),
    "post /v1/identities/unmerge": () => api.post("/v1/identities/unmerge", { from: { anonymousId: "documented-before" }, into: userId }),
    "post /v1/identities/not-me": () => pages.post("/v1/identities/not-me", { anonymousId: "documented-elsewhere" }),
    "get /v1/identities": () => api.get(`/v1/identities?customerId=${userId}`),
    "put /v1/items": () => api.put("/v1/items", { items: [{ id: "documented", title: "Documented", available: false }] }),
    "get /v1/items": () => api.get("/v1/items?limit=500"),
    "get /v1/items/{id}": () => api.get("/v1/items/documented"),
    "get /health": () => api.get("/health"),
    "get /metrics": () => api.get("/metrics"),
    "get /v1/shop": () => api.get("/v1/shop"),
    "get /v1/events/recent": () => api.get("/v1/events/recent?limit=500"),
    "get /v1/customers": () => api.get("/v1/customers?limit=500"),
    "get /v1/customers/{id}": () => api.get(`/v1/customers/${userId}`),
    "get /v1/models": () => api.get("/v1/models"),
    "get /v1/reports/earned": () => api.get("/v1/reports/earned?days=30"),
    "get /v1/events/refused": () => api.get("/v1/events/refused?limit=50"),
    "get /v1/feeds": () => api.get("/v1/feeds"),
    "post /v1/orders": () =>
      api.post("/v1/orders", { orderId: "documented-1", customerId: userId, placedAt: "2026-03-01T12:00:00Z", lines: [{ id: "tea-00", price: 3 }] }),
    "put /v1/connections/{platform}": () => api.put("/v1/connections/woocommerce", { secret }),
    "get /v1/connections": () => api.get("/v1/connections"),
    "post /v1/hooks/shopify/{shop}": () => hook("shopify", { "x-shopify-topic": "orders/create" }, fixture("shopify-order")),
    "post /v1/hooks/woocommerce/{shop}": () => hook("woocommerce", { "x-wc-webhook-topic": "order.created" }, fixture("woocommerce-order")),
    "delete /v1/connections/{platform}": () => api.delete("/v1/connections/woocommerce"),
    "post /v1/webhooks": () => api.post("/v1/webhooks", { url: nobodyListens, types: ["model.published"] }),
    "get /v1/webhooks": () => api.get("/v1/webhooks"),
    "get /v1/webhooks/{id}": () => api.get(`/v1/webhooks/${webhook.id}`),
    "get /v1/webhooks/{id}/deliveries": () => api.get(`/v1/webhooks/${webhook.id}/deliveries`),
    "post /v1/webhooks/{id}/test": () => api.post(`/v1/webhooks/${webhook.id}/test`, {}),
    "post /v1/webhooks/{id}/stop": () => api.post(`/v1/webhooks/${webhook.id}/stop`, {}),
    "post /v1/webhooks/{id}/start": () => api.post(`/v1/webhooks/${webhook.id}/start`, {}),
    "post /v1/webhooks/{id}/rotate": () => api.post(`/v1/webhooks/${webhook.id}/rotate`, { keepOldHours: 1 }),
    "post /v1/webhooks/{id}/resend": () => api.post(`/v1/webhooks/${webhook.id}/resend`, {}),
    "delete /v1/webhooks/{id}": () => api.delete(`/v1/webhooks/${webhook.id}`),
    ...(await consentRequests(world)),
    ...(await controlRequests(world)),
    ...(await rightsRequests(world)),
    ...(await accountRequests(world)),
  };
}
