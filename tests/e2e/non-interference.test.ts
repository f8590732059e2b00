import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { surfaces } from "#domain/recommendation.ts";
import { buildApp } from "#server/http/build-app.ts";
import type { App } from "#server/http/route-deps.ts";
import { type HeldHouse, openHeldHouse } from "../support/held-house.ts";
import { routesOf } from "../support/route-table.ts";
import { tasteCustomer, tasteItems, tasteOrders } from "../support/two-tastes.ts";

// Without consent for personalization an answer is a function of the page alone: whatever two customers did, and
// whatever of it is stored for other purposes, they and a stranger get the same bytes. What somebody asked for in so many words (their
// preferences) is an instruction and no history: nobody here has any, but in the last part, which is about nothing else.

let held: HeldHouse;
/** The same house with the storefront before it. */
let app: App;
const shoppers: { customerId: string; displayName: string; taste: string }[] = [];
let people = 0;

/** A machine that has other things to do takes its time over so many requests. */
const timeout = 300_000;
const dayMs = 86_400_000;
const itemIds = tasteItems.map(({ id }) => id);
const events = [
  "Product Viewed",
  "Product Clicked",
  "Product Added",
  "Product Added to Wishlist",
  "Order Completed",
  "Order Refunded",
  "Recommendation Dismissed",
];

const deed = fc.record({
  event: fc.constantFrom(...events),
  items: fc.uniqueArray(fc.constantFrom(...itemIds, "known-from-events-only"), { minLength: 1, maxLength: 4 }),
  daysAgo: fc.integer({ min: 0, max: 400 }),
});
const past = fc.array(deed, { maxLength: 12 });
type Past = readonly { readonly event: string; readonly items: readonly string[]; readonly daysAgo: number }[];

/** How somebody came to a history that may not be used: never asked, refused from the start, or withdrawn later. */
const standing = fc.record({
  personalize: fc.constantFrom("never asked", "refused", "withdrawn"),
  learn: fc.boolean(),
  measure: fc.boolean(),
  /** Some of it happened on a device that was later found to be theirs. */
  linked: fc.boolean(),
  /** Some of it was another customer's, until the shop said that both are one. */
  merged: fc.boolean(),
  /** Some of it the shop told as orders, which it keeps whether or not anybody agrees. */
  recorded: fc.boolean(),
});
type Standing = {
  readonly personalize: string;
  readonly learn: boolean;
  readonly measure: boolean;
  readonly linked: boolean;
  readonly merged: boolean;
  readonly recorded: boolean;
};

type Names = { readonly customerId: string; readonly anonymousId: string };
const freshNames = (): Names => ({ customerId: `person-${++people}`, anonymousId: `device-${people}` });

async function ok(method: "POST" | "PUT", path: string, body: unknown): Promise<void> {
  const { status, text } = await held.send(method, path, body);
  if (status !== 200) throw new Error(`${path} answered ${status}: ${text}`);
}

async function live({ customerId, anonymousId }: Names, history: Past, onDevice: boolean): Promise<void> {
  if (history.length === 0) return;
  await ok("POST", "/v1/batch", {
    batch: history.map(({ event, items, daysAgo }, at) => ({
      type: "track",
      event,
      ...(onDevice && at % 2 === 1 ? { anonymousId } : { userId: customerId }),
      timestamp: new Date(held.now() - daysAgo * dayMs).toISOString(),
      properties: { order_id: `${customerId}-${at}`, products: items.map((product_id) => ({ product_id, price: 9, quantity: 1 })) },
    })),
  });
}

/** The same as orders that the shop's own systems tell of. */
async function keepOrders({ customerId }: Names, history: Past): Promise<void> {
  const orders = history.map(({ items, daysAgo }, at) => ({
    orderId: `${customerId}-record-${at}`,
    customerId,
    placedAt: new Date(held.now() - daysAgo * dayMs).toISOString(),
    lines: items.map((id) => ({ id, quantity: 2 })),
  }));
  if (orders.length > 0) await ok("POST", "/v1/orders", { orders });
}

/** Gives somebody this past and this standing; what was stored of it depends on what they allowed at the time. */
async function arrive(history: Past, { personalize, learn, measure, linked, merged, recorded }: Standing): Promise<Names> {
  const names = freshNames();
  const first = { ...(personalize === "never asked" ? {} : { personalize: personalize === "withdrawn" }), learn, measure };
  const other = { ...freshNames(), anonymousId: names.anonymousId };
  for (const name of [{ customerId: names.customerId }, { anonymousId: names.anonymousId }, ...(merged ? [{ customerId: other.customerId }] : [])])
    await ok("PUT", "/v1/consents", { ...name, purposes: first });
  const half = Math.floor(history.length / 2);
  await live(names, history, linked);
  if (merged) await live(other, history.slice(half), false);
  if (recorded) await keepOrders(names, history.slice(0, half));
  if (merged) await ok("POST", "/v1/identities/merge", { from: other.customerId, into: names.customerId });
  if (linked) await ok("POST", "/v1/identify", { userId: names.customerId, anonymousId: names.anonymousId });
  if (personalize === "withdrawn")
    await ok("PUT", "/v1/consents", { customerId: names.customerId, anonymousId: names.anonymousId, purposes: { personalize: false } });
  return names;
}

const page = fc.record({
  item: fc.option(fc.constantFrom(...itemIds, "no-such-item"), { nil: undefined }),
  basket: fc.uniqueArray(fc.constantFrom(...itemIds), { maxLength: 3 }),
  category: fc.option(fc.constantFrom("Upper shelf", "Everything", "No such shelf"), { nil: undefined }),
  n: fc.integer({ min: 1, max: 30 }),
  explain: fc.constantFrom("none", "short", "full"),
  preview: fc.boolean(),
});
const namedBy = fc.constantFrom<readonly (keyof Names)[]>(["customerId"], ["anonymousId"], ["customerId", "anonymousId"]);

type Page = { item: string | undefined; basket: string[]; category: string | undefined; n: number; explain: string; preview: boolean };

/** The answer to this page for these names, but for the two fields that no two answers share. */
async function answer(names: Names, fields: readonly (keyof Names)[], surface: string, { category, ...rest }: Page): Promise<string> {
  const who = Object.fromEntries(fields.map((field) => [field, names[field]]));
  const { status, text } = await held.send("POST", "/v1/recommendations", { ...who, ...rest, context: { category }, surface });
  return `${status} ${text.replace(/"recommendationId":"[^"]*"/, '"recommendationId":""').replace(/"took":[\d.]+/, '"took":0')}`;
}

beforeAll(async () => {
  held = await openHeldHouse();
  await ok("PUT", "/v1/items", { items: tasteItems });
  const orders = tasteOrders(held.now());
  for (const customerId of new Set(orders.map((order) => order.customerId)))
    await ok("PUT", "/v1/consents", { customerId, purposes: { personalize: true, learn: true, measure: true } });
  await ok("POST", "/v1/batch", { batch: orders.map(({ message }) => message) });
  await held.house.learner.learn(held.shopId);
  const shop = (await held.house.store.shops.byName("Held"))!;
  const learning = { poke: () => {}, running: () => true, lag: async () => 0 };
  app = await buildApp({ house: held.house, learning, demo: { shop, shoppers }, logLevel: "silent" });
  await app.ready();
}, timeout);
afterAll(async () => {
  await app.close();
  await held.close();
});

describe("non-interference", () => {
  it("Claim 1: without consent, any two histories and none get the same bytes on every surface", { timeout }, async () => {
    let personalBytes = 0;
    await fc.assert(
      fc.asyncProperty(
        past,
        past,
        standing,
        standing,
        page,
        namedBy,
        fc.boolean(),
        async (pastA, pastB, standingA, standingB, where, fields, learnt) => {
          const [a, b, stranger] = [await arrive(pastA, standingA), await arrive(pastB, standingB), freshNames()];
          // What the shop learnt from them together is the same for everybody.
          if (learnt) await held.house.learner.learn(held.shopId);
          held.pass(1_000);
          for (const surface of surfaces) {
            const expected = await answer(stranger, fields, surface, where);
            expect(await answer(a, fields, surface, where), surface).toBe(expected);
            expect(await answer(b, fields, surface, where), surface).toBe(expected);
            expect(expected).not.toContain('"personalized":true');
            personalBytes += expected.length;
          }
        },
      ),
      { numRuns: 25 },
    );
    expect(personalBytes).toBeGreaterThan(0);
  });

  it("with consent, histories do make a difference, so the comparison above can fail", async () => {
    held.pass(1_000);
    const all: Page = { item: "tea-03", basket: [], category: undefined, n: 10, explain: "full", preview: true };
    const plain: Page = { ...all, item: undefined };
    const [tea, tools, stranger] = [tasteCustomer("tea", 0), tasteCustomer("tools", 0), "nobody"].map((customerId) => ({
      customerId,
      anonymousId: "",
    }));
    for (const surface of ["for-you", "reorder"]) {
      const answers = [];
      for (const names of [tea!, tools!, stranger!]) answers.push(await answer(names, ["customerId"], surface, plain));
      expect(new Set(answers).size, surface).toBe(3);
    }
    // Surfaces about the page are the same for everybody, consent or not.
    for (const surface of ["similar", "bought-together", "popular", "trending", "new"])
      expect(await answer(tea!, ["customerId"], surface, all), surface).toBe(await answer(tools!, ["customerId"], surface, all));
  });
});

// ---- every route ----

type Asked = {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly body?: unknown;
  readonly key?: "write";
  readonly cookies?: Record<string, string>;
};
type Ask = (names: Names, where: Page) => readonly Asked[];

const item = ({ item: named }: Page) => encodeURIComponent(named ?? "tea-03");
const asked = ({ category, ...rest }: Page, names: Names) => ({ ...names, ...rest, context: { category } });
const user = ({ customerId }: Names) => encodeURIComponent(customerId);
const get = (path: string, key?: "write"): Asked => ({ method: "GET", path, ...(key === undefined ? {} : { key }) });
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
const answers: Readonly<Record<string, Ask>> = {
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
const echoes: Readonly<Record<string, Ask>> = {
  ...Object.fromEntries(["/shop", "/shop/*"].map((path) => [`GET ${path}`, onPage("/shop")])),
  "GET /shop/*": (names, where) =>
    ["/shop/", `/shop/product/${item(where)}`, "/shop/category/Everything", "/shop/basket", "/shop/thanks", "/shop/privacy", "/shop/nothing"].flatMap(
      (path) => onPage(path)(names, where),
    ),
  ...Object.fromEntries(intake.flatMap((name) => [`/v1/${name}`, `/${name}`]).map((path) => [`POST ${path}`, messages(path)])),
  "POST /beacon/v1/batch": messages("/beacon/v1/batch"),
  ...Object.fromEntries(
    pixels.map((path) => [`GET ${path}`, (names: Names) => [get(`${path}?userId=${user(names)}&event=x&writeKey=${held.keys.writeKey}`)]]),
  ),
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
};

/** Routes that know nobody: whoever's name is put into the address, the answer is the shop's. */
const ofTheShop = [
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
const publicOnes = [
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
const keeping = [
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

/** What no two answers share, and the names they were asked under. Nothing else is taken for equal. */
function withoutItself(text: string, names: Names): string {
  return text
    .replace(/"recommendationId":"[^"]*"/, '"recommendationId":""')
    .replace(/"took":[\d.]+/, '"took":0')
    .replace(/"uptimeSeconds":\d+/, '"uptimeSeconds":0')
    .replaceAll(/name="recommendation" value="[^"]*"/g, 'name="recommendation" value=""')
    .replaceAll(/\?rec=[\w-]+/g, "?rec=")
    .replaceAll(names.customerId, "CUSTOMER")
    .replaceAll(names.anonymousId, "DEVICE");
}

async function bytesOf({ method, path, body, key, cookies }: Asked, names: Names): Promise<string> {
  const ownKey = key === "write" ? held.keys.writeKey : held.keys.serverKey;
  const reply = await app.inject({
    method,
    url: path,
    headers: {
      authorization: `Bearer ${ownKey}`,
      "x-api-key": held.keys.serverKey,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(cookies === undefined ? {} : { cookies }),
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  if (reply.statusCode >= 500) throw new Error(`${method} ${path} answered ${reply.statusCode}`);
  return withoutItself(`${reply.statusCode} ${reply.payload}`, names);
}

describe("every route", () => {
  it("is known here: a new one must say what it is before this passes", () => {
    const known = new Set([...Object.keys(answers), ...Object.keys(echoes), ...ofTheShop, ...keeping]);
    const served = routesOf(app);
    expect(served.length).toBeGreaterThan(100);
    expect(served.filter((route) => !known.has(route))).toEqual([]);
    // Nothing is looked after that is not there: a mistyped name would be a gap.
    expect([...Object.keys(answers), ...Object.keys(echoes)].filter((route) => !served.includes(route))).toEqual([]);
  });

  it("Claim 1: answers two customers without consent alike, whatever they did, byte for byte; and what decides what is shown also a stranger", {
    timeout,
  }, async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(past, past, standing, page, async (pastA, pastB, shared, where) => {
        const [a, b, stranger] = [await arrive(pastA, shared), await arrive(pastB, shared), freshNames()];
        for (const { customerId } of [a, b]) shoppers.push({ customerId, displayName: "Somebody", taste: "any" });
        held.pass(1_000);
        for (const [route, ask] of [...Object.entries(answers), ...Object.entries(echoes)]) {
          const all = [ask(a, where), ask(b, where), ask(stranger, where)] as const;
          for (const [at, one] of all[0].entries()) {
            const first = await bytesOf(one, a);
            expect(await bytesOf(all[1][at]!, b), `${route}: ${one.path}`).toBe(first);
            if (Object.hasOwn(answers, route)) expect(await bytesOf(all[2][at]!, stranger), `${route}: ${one.path}`).toBe(first);
            compared += first.length;
          }
        }
        for (const path of publicOnes) {
          const url = path.replace("KEY", held.keys.writeKey);
          const named = (names: Names) =>
            get(`${url}${url.includes("?") ? "&" : "?"}userId=${user(names)}&customerId=${user(names)}&anonymousId=${names.anonymousId}`);
          expect(await bytesOf(named(a), a), path).toBe(await bytesOf(named(b), b));
        }
        shoppers.length = 0;
      }),
      { numRuns: 5 },
    );
    expect(compared).toBeGreaterThan(100_000);
  });

  it("can tell people apart where they agreed, so that the comparison above can fail", async () => {
    const [tea, tools] = (["tea", "tools"] as const).map((taste) => ({ customerId: tasteCustomer(taste, 0), anonymousId: `none-${taste}` }));
    const where: Page = { item: undefined, basket: [], category: undefined, n: 10, explain: "full", preview: true };
    for (const names of [tea!, tools!]) shoppers.push({ customerId: names.customerId, displayName: "Somebody", taste: "any" });
    for (const route of [
      "POST /v1/recommendations",
      "POST /v1/why",
      "GET /api/recommend/:user",
      "GET /api/collaborative-filtering/:user",
      "GET /shop",
    ]) {
      const ask = (answers[route] ?? echoes[route])!;
      // Of one item the same may be said to both, whatever was learnt above.
      const all = (names: Names) => Promise.all(ask(names, where).map((request) => bytesOf(request, names)));
      expect(await all(tea!), route).not.toEqual(await all(tools!));
    }
    shoppers.length = 0;
  });
});

describe("preferences", () => {
  const wishes = fc.record({
    less: fc.uniqueArray(fc.constantFrom(...itemIds), { maxLength: 4 }),
    muted: fc.constantFrom<string[]>([], ["Upper shelf"], ["Lower shelf"]),
    dial: fc.constantFrom(null, "page", "visit", "everything"),
  });

  it("change an answer in no other way than they say: without consent the same wishes give the same bytes, whatever was done", {
    timeout,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(past, past, standing, standing, wishes, page, async (pastA, pastB, standingA, standingB, { less, muted, dial }, where) => {
        const [a, b, stranger, plain] = [await arrive(pastA, standingA), await arrive(pastB, standingB), freshNames(), freshNames()];
        for (const { customerId } of [a, b, stranger])
          await ok("PUT", "/v1/preferences", { customerId, dataUse: dial, less, muted: { categories: muted } });
        held.pass(1_000);
        const unwanted = (id: string) => less.includes(id) || muted.includes(tasteItems.find((one) => one.id === id)?.categories.at(-1) ?? "");
        for (const surface of surfaces) {
          const expected = await answer(stranger, ["customerId"], surface, where);
          expect(await answer(a, ["customerId"], surface, where), surface).toBe(expected);
          expect(await answer(b, ["customerId"], surface, where), surface).toBe(expected);
          const shown = (text: string) => (JSON.parse(text.slice(4)).items ?? []).map(({ id }: { id: string }) => id) as string[];
          expect(shown(expected).filter(unwanted), surface).toEqual([]);
          // Where nothing but the score decides, the answer is the one without wishes, less what is not wanted.
          if (surface === "for-you" || where.category !== undefined) continue;
          const whole = await answer(plain, ["customerId"], surface, { ...where, n: 100 });
          expect(shown(expected), surface).toEqual(
            shown(whole)
              .filter((id) => !unwanted(id))
              .slice(0, where.n),
          );
        }
      }),
      { numRuns: 8 },
    );
  });
});
