import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Allowed, Use } from "#domain/allowed.ts";
import { mintedLeaves } from "#domain/assert-minted.ts";
import type { PersonId } from "#domain/ids.ts";
import { surfaces } from "#domain/recommendation.ts";
import { buildApp } from "#server/http/build-app.ts";
import type { App } from "#server/http/route-deps.ts";
import type { Store } from "#storage/ports.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { type HeldHouse, openHeldHouse } from "../support/held-house.ts";
import { routesOf } from "../support/route-table.ts";
import { tasteItems } from "../support/two-tastes.ts";

// Every route, with every word that a request may hold put together by chance: whatever is asked, the store is read with leave of the gate
// alone, for a purpose that the person allows. What people may see of themselves by right ("access") is read where they, or their shop for
// them, ask to see it, and nowhere else.

type Read = { readonly purpose: Use; readonly personIds: readonly PersonId[]; readonly minted: boolean };
const reads: Read[] = [];
const note = (leave: Allowed<Use>) => void reads.push({ purpose: leave.purpose, personIds: leave.personIds, minted: mintedLeaves.has(leave) });

async function watchedStore(): Promise<Store> {
  const store = await openSqlite(":memory:");
  const { log } = store;
  return {
    ...store,
    log: {
      ...log,
      history(leave, options) {
        note(leave);
        return log.history(leave, options);
      },
      histories(leaves, options) {
        for (const leave of leaves) note(leave);
        return log.histories(leaves, options);
      },
      tally(leave) {
        note(leave);
        return log.tally(leave);
      },
    },
  };
}

/** Where a person, or the shop for them, sees or corrects what is kept, or keeps to what they want: the only places for leave by right. */
const byRight = /^(\w+ \/v1\/(profile|preferences)\b|GET \/v1\/privacy\/export$|(GET|POST) \/v1\/rights-requests\b|POST \/v1\/contacts\/check$)/;

const [refusing, agreeing] = ["refusing-customer", "agreeing-customer"];
const [refusingDevice, agreeingDevice] = ["refusing-device-1", "agreeing-device-1"];
let held: HeldHouse;
let app: App;
let routes: readonly string[];
const refusingIds = new Set<PersonId>();

async function ok(method: "PUT" | "POST", path: string, body: unknown): Promise<void> {
  const { status, text } = await held.send(method, path, body);
  if (status !== 200) throw new Error(`${path} answered ${status}: ${text}`);
}

beforeAll(async () => {
  held = await openHeldHouse(watchedStore);
  await ok("PUT", "/v1/items", { items: tasteItems });
  const all = (yes: boolean) => ({ personalize: yes, learn: yes, measure: yes });
  for (const [customerId, anonymousId] of [
    [refusing, refusingDevice],
    [agreeing, agreeingDevice],
  ]) {
    // First a yes, so that there is a history that could be read.
    await ok("PUT", "/v1/consents", { customerId, anonymousId, purposes: all(true) });
    const batch = tasteItems.slice(0, 8).map(({ id }, at) => ({
      type: "track",
      event: at % 2 === 0 ? "Product Viewed" : "Order Completed",
      messageId: `${customerId}-${at}`,
      ...(at % 3 === 0 ? { anonymousId } : { userId: customerId }),
      properties: { order_id: `${customerId}-${at}`, products: [{ product_id: id, price: 3, quantity: 1 }] },
    }));
    await ok("POST", "/v1/batch", { batch });
  }
  await ok("PUT", "/v1/consents", { customerId: refusing, anonymousId: refusingDevice, purposes: all(false) });
  for (const [kind, id] of [
    ["customer", refusing],
    ["anonymous", refusingDevice],
  ] as const)
    refusingIds.add((await held.house.personIds.of(held.shopId, kind, id as never)).personId);
  const shop = (await held.house.store.shops.byName("Held"))!;
  app = await buildApp({
    house: held.house,
    learning: { poke: () => {}, running: () => true, lag: async () => 0 },
    demo: { shop, shoppers: [] },
    logLevel: "silent",
  });
  await app.ready();
  routes = routesOf(app);
}, 120_000);
afterAll(async () => {
  await app.close();
  await held.close();
});

const itemIds = tasteItems.slice(0, 12).map(({ id }) => id);
const person = fc.constantFrom(refusing, agreeing, "stranger");
const device = fc.constantFrom(refusingDevice, agreeingDevice, "strange-device");
const eventId = fc.constantFrom(`${refusing}-1`, `${agreeing}-1`, "no-such-message");
const purposes = fc.dictionary(fc.constantFrom("email", "sms"), fc.boolean(), { maxKeys: 2 });

/** Whatever a body may hold; each request holds some of it. */
const words = fc.record(
  {
    customerId: person,
    anonymousId: device,
    userId: person,
    previousId: device,
    event: fc.constantFrom("Product Viewed", "Product Added", "nothing"),
    type: fc.constantFrom("track", "page"),
    name: fc.constant("Home"),
    groupId: fc.constant("club"),
    messageId: fc.uuid(),
    properties: fc.record({ product_id: fc.constantFrom(...itemIds) }),
    surface: fc.constantFrom(...surfaces),
    item: fc.constantFrom(...itemIds),
    itemId: fc.constantFrom(...itemIds),
    basket: fc.subarray(itemIds, { maxLength: 2 }),
    n: fc.integer({ min: 1, max: 20 }),
    explain: fc.constantFrom("none", "short", "full"),
    depth: fc.constantFrom("line", "contributions", "everything"),
    purposes,
    recommendationId: fc.uuid(),
    outcome: fc.constantFrom("clicked", "added", "dismissed"),
    category: fc.constantFrom("Everything", "Upper shelf"),
    reason: fc.constantFrom("gift", "not-me"),
    kind: fc.constantFrom("access", "objection", "restriction", "rectification"),
    changes: fc.record({ deleteEvents: fc.array(eventId, { maxLength: 1 }) }),
    value: fc.constant("Tea"),
    from: person,
    into: person,
    dataUse: fc.constantFrom("nothing", "page", "visit", "purchases", "everything"),
  },
  { requiredKeys: [] },
);

const asked = fc.record({
  at: fc.nat(),
  who: person,
  on: device,
  key: fc.boolean(),
  param: fc.oneof(person, eventId, fc.constantFrom(...itemIds, "category: Everything", "popular", "neighbors")),
  query: fc.subarray(["customerId", "anonymousId", "user-id", "userId", "n", "cookie"]),
  body: words,
});

describe("R13: every read of what somebody did states a purpose that they allow", () => {
  it("on every route, whatever is asked", { timeout: 240_000 }, async () => {
    const byRoute = new Map<string, Set<Use>>();
    await fc.assert(
      fc.asyncProperty(asked, async ({ at, who, on, key, param, query, body }) => {
        const route = routes[at % routes.length]!;
        // These end what the others are about; forgetting and merging have suites of their own.
        if (/erasures|DELETE \/api\/user|identities\/|merge|alias|restore|\/a$/.test(route)) return;
        const [method, path] = route.split(" ") as ["GET" | "POST" | "PUT" | "PATCH" | "DELETE", string];
        const search = new URLSearchParams(
          query.flatMap((name): [string, string][] => {
            if (name === "cookie") return [];
            return [[name, name === "n" ? "5" : name === "anonymousId" ? on : who]];
          }),
        );
        const url = `${path.replace(/:[\w]+/g, encodeURIComponent(param)).replace("*", "")}?${search}`;
        reads.length = 0;
        const reply = await app.inject({
          method,
          url,
          headers: {
            authorization: `Bearer ${key ? held.keys.serverKey : held.keys.writeKey}`,
            "x-api-key": held.keys.serverKey,
            ...(method === "GET" ? {} : { "content-type": "application/json" }),
          },
          ...(query.includes("cookie") ? { cookies: { rapport_customer: who, rapport_visitor: on } } : {}),
          ...(method === "GET" ? {} : { payload: JSON.stringify(path.endsWith("batch") ? { batch: [body] } : body) }),
        });
        expect(reply.statusCode, `${method} ${url}`).toBeLessThan(500);
        for (const { purpose, personIds, minted } of reads) {
          const says = `${route} read for ${purpose}`;
          expect(minted, says).toBe(true);
          if (purpose === "access") expect(byRight.test(route), says).toBe(true);
          else if (personIds.some((id) => refusingIds.has(id))) expect.fail(`${says}, of somebody who refuses it`);
          byRoute.set(route, (byRoute.get(route) ?? new Set()).add(purpose));
        }
      }),
      { numRuns: 3_000 },
    );
    // It would have seen one: somebody who agrees is read for personalize, and both kinds of leave were met.
    const met = new Set([...byRoute.values()].flatMap((purposesMet) => [...purposesMet]));
    expect([...met]).toEqual(expect.arrayContaining(["personalize", "access"]));
    expect(byRoute.size).toBeGreaterThan(3);
  });
});
