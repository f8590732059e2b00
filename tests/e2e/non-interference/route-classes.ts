import { surfaces } from "#domain/recommendation.ts";
import type { Names, Page } from "./histories.ts";

// What every route answers with, by what it may depend on. A route that is in none of these tables fails the test.

export type Asked = {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly body?: unknown;
  readonly key?: "write";
  readonly cookies?: Record<string, string>;
};
type Ask = (names: Names, where: Page) => readonly Asked[];

const item = ({ item: named }: Page) => encodeURIComponent(named ?? "tea-03");
const asked = ({ category, ...rest }: Page, names: Names) => ({ ...names, ...rest, context: { category } });
export const user = ({ customerId }: Names) => encodeURIComponent(customerId);
export const get = (path: string, key?: "write"): Asked => ({ method: "GET", path, ...(key === undefined ? {} : { key }) });
const onPage =
  (path: string): Ask =>
  (names): readonly Asked[] => [
    { method: "GET", path, cookies: { rapport_customer: names.customerId } },
    { method: "GET", path, cookies: { rapport_customer: names.customerId, rapport_visitor: names.anonymousId } },
  ];
const read =
  (path: (names: Names, where: Page) => string): Ask =>
  (names, where) => [get(path(names, where)), get(`${path(names, where)}${path(names, where).includes("?") ? "&" : "?"}n=30`)];

/** Routes that answer with what to show somebody named, or why: a stranger gets the same. */
export const answers: Readonly<Record<string, Ask>> = {
  "POST /v1/recommendations": (names, where) =>
    surfaces.map((surface) => ({ method: "POST", path: "/v1/recommendations", body: { ...asked(where, names), surface } })),
  "POST /v1/why": (names, { explain: _explain, preview: _preview, ...where }) =>
    surfaces.flatMap((surface) =>
      ["tea-05", "tools-01"].map((itemId) => ({
        method: "POST" as const,
        path: "/v1/why",
        body: { ...names, ...where, category: undefined, context: { category: where.category }, surface, itemId, depth: "everything" },
      })),
    ),
  "GET /api/recommend/:user": read((names) => `/api/recommend/${user(names)}`),
  "GET /api/recommend/:user/:category": read((names) => `/api/recommend/${user(names)}/Everything`),
  "GET /api/collaborative-filtering/:user": read((names) => `/api/collaborative-filtering/${user(names)}`),
  "GET /api/collaborative-filtering/:user/:category": read((names) => `/api/collaborative-filtering/${user(names)}/Everything`),
  "GET /api/latest": read((names) => `/api/latest?user-id=${user(names)}`),
  "GET /api/latest/:category": read((names) => `/api/latest/Everything?user-id=${user(names)}`),
  "GET /api/popular": read((names) => `/api/popular?user-id=${user(names)}`),
  "GET /api/popular/:category": read((names) => `/api/popular/Everything?user-id=${user(names)}`),
  "GET /api/non-personalized/:name": (names) =>
    ["popular", "trending", "latest", "new"].map((name) => get(`/api/non-personalized/${name}?n=30&user-id=${user(names)}`)),
  "GET /api/item/:item/neighbors": read((names, where) => `/api/item/${item(where)}/neighbors?user-id=${user(names)}`),
  "GET /api/item/:item/neighbors/:category": read((names, where) => `/api/item/${item(where)}/neighbors/Everything?user-id=${user(names)}`),
  "GET /api/item-to-item/:name/:item": (names, where) =>
    ["neighbors", "similar", "together", "also_bought", "embedding"].map((name) =>
      get(`/api/item-to-item/${name}/${item(where)}?user-id=${user(names)}`),
    ),
  "GET /api/user/:user/neighbors": read((names) => `/api/user/${user(names)}/neighbors`),
  "GET /api/user-to-user/:name/:user": (names) => ["neighbors", "similar", "feedback"].map((name) => get(`/api/user-to-user/${name}/${user(names)}`)),
};

/** Pages and the answers to what a page sends, which say what somebody decided: two with the same decisions get the same. */
const messages =
  (path: string): Ask =>
  (names) => {
    const body = {
      type: path.split("/").at(-1),
      messageId: `m-${names.customerId}-${path}`,
      userId: names.customerId,
      event: "Product Viewed",
      name: "x",
      properties: { product_id: "tea-01" },
    };
    const batch = { batch: [{ ...body, type: "track" }] };
    return [
      {
        method: "POST",
        path,
        key: "write",
        body: path.endsWith("batch") || path.endsWith("import") ? batch : { ...body, groupId: "g", previousId: `of-${names.customerId}` },
      },
    ];
  };
const intake = ["track", "page", "screen", "group", "identify", "t", "p", "s", "g", "i", "batch", "import", "b"];
const pixels = ["/pixel/v1/track", "/pixel/v1/page", "/v1/pixel/track", "/v1/pixel/page"];
export const echoesOf = (writeKey: string): Readonly<Record<string, Ask>> => ({
  ...Object.fromEntries(["/shop", "/shop/*"].map((path) => [`GET ${path}`, onPage("/shop")])),
  "GET /shop/*": (names, where) =>
    ["/shop/", `/shop/product/${item(where)}`, "/shop/category/Everything", "/shop/basket", "/shop/thanks", "/shop/privacy", "/shop/nothing"].flatMap(
      (path) => onPage(path)(names, where),
    ),
  ...Object.fromEntries(intake.flatMap((name) => [`/v1/${name}`, `/${name}`]).map((path) => [`POST ${path}`, messages(path)])),
  "POST /beacon/v1/batch": messages("/beacon/v1/batch"),
  ...Object.fromEntries(pixels.map((path) => [`GET ${path}`, (names: Names) => [get(`${path}?userId=${user(names)}&event=x&writeKey=${writeKey}`)]])),
  "PUT /v1/consents": (names) => [
    { method: "PUT", path: "/v1/consents", key: "write", body: { customerId: names.customerId, purposes: { sms: false } } },
  ],
  "POST /v1/identities/not-me": (names) => [
    { method: "POST", path: "/v1/identities/not-me", key: "write", body: { anonymousId: `other-${names.anonymousId}` } },
  ],
  "PUT /v1/preferences": (names) => [
    { method: "PUT", path: "/v1/preferences", key: "write", body: { anonymousId: `other-${names.anonymousId}`, dataUse: "everything" } },
  ],
  "POST /v1/preferences/less": (names) => [
    { method: "POST", path: "/v1/preferences/less", key: "write", body: { anonymousId: `other-${names.anonymousId}`, item: "tea-01" } },
  ],
  "POST /v1/preferences/mute": (names) => [
    { method: "POST", path: "/v1/preferences/mute", key: "write", body: { anonymousId: `other-${names.anonymousId}`, category: "Everything" } },
  ],
  "POST /v1/preferences/pause": (names) => [
    { method: "POST", path: "/v1/preferences/pause", key: "write", body: { anonymousId: `other-${names.anonymousId}` } },
  ],
  "POST /v1/outcomes": (names) => [
    {
      method: "POST",
      path: "/v1/outcomes",
      key: "write",
      body: { ...names, recommendationId: "none", item: "tea-01", outcome: "clicked", messageId: `o-${names.customerId}` },
    },
  ],
});

/** Routes that know nobody: whoever's name is put into the address, the answer is the shop's. */
export const ofTheShop = [
  ...["GET /", "GET /openapi.json", "GET /health", "GET /metrics", "GET /console", "GET /console/*", "GET /ranking", "GET /v1/ranking"],
  ...["GET /v1/projects/:writeKey/settings", "GET /sourceConfig", "GET /analytics.js/v1/:writeKey/*", "GET /.well-known/gpc.json", "GET /v1/shop"],
  ...["GET /sdk/rapport.js", "GET /sdk/rapport.global.js", "GET /sdk/rapport.d.ts", "POST /v1/m", "POST /m"],
  ...["GET /v1/items", "GET /v1/items/:id", "PUT /v1/items", "GET /v1/feeds", "GET /v1/models", "GET /v1/notices", "GET /v1/notices/current"],
  ...[
    "GET /v1/notices/:hash",
    "PUT /v1/notices",
    "GET /v1/policy",
    "PUT /v1/policy",
    "GET /v1/consents/record-schema",
    "POST /v1/consents/receipts/verify",
  ],
  "POST /v1/privacy/identify",
  ...[
    "GET /v1/privacy/keys",
    "GET /v1/privacy/verify-signed.mjs",
    "GET /v1/privacy/verify-audit.mjs",
    "GET /privacy/assets/centre.css",
    "GET /privacy/assets/centre.js",
  ],
  ...[
    "GET /api/health/live",
    "GET /api/health/ready",
    "GET /api/items",
    "POST /api/items",
    "POST /api/item",
    "GET /api/item/:item",
    "PATCH /api/item/:item",
  ],
  ...[
    "DELETE /api/item/:item",
    "PUT /api/item/:item/category/:category",
    "DELETE /api/item/:item/category/:category",
    "GET /api/bulk/items",
    "POST /api/bulk/items",
  ],
  ...[
    "GET /v1/connections",
    "PUT /v1/connections/:platform",
    "DELETE /v1/connections/:platform",
    "GET /docs",
    "GET /docs/*",
    "GET /docs/json",
    "GET /docs/yaml",
  ],
  ...["GET /docs/static/index.html", "GET /docs/static/swagger-initializer.js"],
];

/** Asked without a key of anybody's, with somebody's name in the address: of them these cannot even be thought to depend on it. */
export const publicOnes = [
  "/v1/projects/KEY/settings",
  "/sourceConfig?writeKey=KEY",
  "/sdk/rapport.js",
  "/.well-known/gpc.json",
  "/ranking",
  "/v1/notices/current",
  "/health",
];

/**
 * Routes that take something in for somebody, change it, or give back to the shop, to the person or to its client what is kept of them: that is
 * what they are for. None of them decides what anybody is shown.
 */
export const keeping = [
  ...["POST /v1/orders", "POST /v1/hooks/shopify/:shop", "POST /v1/hooks/woocommerce/:shop", "PUT /v1/signals/age", "POST /v1/preferences/more"],
  ...[
    "POST /v1/preferences/unmute",
    "POST /v1/preferences/resume",
    "POST /v1/alias",
    "POST /alias",
    "POST /v1/a",
    "POST /a",
    "POST /v1/merge",
    "POST /merge",
  ],
  ...[
    "POST /v1/identities/merge",
    "POST /v1/identities/unmerge",
    "GET /v1/identities",
    "GET /v1/consents",
    "GET /v1/consents/records",
    "GET /v1/consents/receipts",
  ],
  ...["GET /v1/preferences", "DELETE /v1/preferences/less", "DELETE /v1/preferences/more", "DELETE /v1/preferences/mute", "GET /v1/profile"],
  ...[
    "DELETE /v1/profile/events/:id",
    "POST /v1/profile/events/:id/unused",
    "DELETE /v1/profile/events/:id/unused",
    "DELETE /v1/profile/inferences/:key",
  ],
  ...[
    "POST /v1/profile/inferences/:key",
    "PUT /v1/profile/traits/:key",
    "DELETE /v1/profile/traits/:key",
    "GET /v1/customers",
    "GET /v1/customers/:id",
  ],
  ...["GET /v1/events/recent", "GET /v1/events/refused", "GET /v1/reports/earned", "GET /v1/rights-requests", "POST /v1/rights-requests/:id/done"],
  ...["POST /v1/rights-requests", "GET /v1/rights-requests/:id", "GET /v1/rights-requests/:id/export", "DELETE /v1/rights-requests/:id"],
  ...["fulfil", "verify", "deny", "extend", "lift"].map((act) => `POST /v1/rights-requests/:id/${act}`),
  "GET /v1/privacy/export",
  ...["GET /v1/audit", "GET /v1/audit/verify", "GET /v1/records/:kind", "POST /v1/breaches", "GET /v1/breaches", "GET /v1/breaches/:id"],
  ...["GET /v1/breaches/:id/affected", "POST /v1/breaches/:id/close"],
  ...[
    "PUT /v1/contacts",
    "GET /v1/contacts",
    "DELETE /v1/contacts",
    "POST /v1/contacts/check",
    "POST /v1/contacts/unsubscribe-links",
    "PUT /v1/contacts/suppressions",
    "POST /v1/contacts/find",
  ],
  ...[
    "GET /v1/webhooks",
    "POST /v1/webhooks",
    "GET /v1/webhooks/:id",
    "DELETE /v1/webhooks/:id",
    "POST /v1/webhooks/:id/rotate",
    "POST /v1/webhooks/:id/resend",
  ],
  ...["POST /v1/webhooks/:id/test", "POST /v1/webhooks/:id/start", "POST /v1/webhooks/:id/stop", "GET /v1/webhooks/:id/deliveries"],
  ...[
    "POST /v1/privacy/links",
    "POST /v1/privacy/erasures",
    "GET /v1/privacy/erasures/:erasureId",
    "GET /v1/privacy/erasures/:erasureId/certificate",
  ],
  ...[
    "GET /privacy",
    "GET /privacy/*",
    "GET /privacy/enter",
    "POST /privacy/enter",
    "GET /privacy/receipt",
    "GET /privacy/copy/:kind",
    "POST /privacy/do/:action",
    "GET /privacy/unsubscribe/:token",
    "POST /privacy/unsubscribe/:token",
  ],
  ...["GET /privacy/forgotten/:reference", "GET /privacy/forgotten/:reference/certificate", "POST /shop", "POST /shop/*"],
  ...[
    "POST /api/user",
    "GET /api/user/:user",
    "PATCH /api/user/:user",
    "DELETE /api/user/:user",
    "GET /api/user/:user/feedback",
    "GET /api/user/:user/feedback/:type",
  ],
  ...[
    "POST /api/users",
    "GET /api/users",
    "GET /api/item/:item/feedback",
    "GET /api/item/:item/feedback/:type",
    "POST /api/feedback",
    "PUT /api/feedback",
  ],
  ...[
    "GET /api/feedback",
    "GET /api/feedback/:type|:user",
    "GET /api/feedback/:type|:user/:item|:user",
    "DELETE /api/feedback/:type|:user/:item|:user",
  ],
  ...[
    "GET /api/feedback/:type|:user/:item|:user/:item",
    "DELETE /api/feedback/:type|:user/:item|:user/:item",
    "GET /api/bulk/users",
    "POST /api/bulk/users",
  ],
  ...["GET /api/bulk/feedback", "POST /api/bulk/feedback", "GET /api/dump", "POST /api/restore"],
  // The session is in the body; nobody is named.
  ...["POST /api/session/recommend", "POST /api/session/recommend/:category"],
];
