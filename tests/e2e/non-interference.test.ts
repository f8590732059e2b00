import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { surfaces } from "#domain/recommendation.ts";
import { buildApp } from "#server/http/build-app.ts";
import type { App } from "#server/http/route-deps.ts";
import { type HeldHouse, openHeldHouse } from "../support/held-house.ts";
import { routesOf } from "../support/route-table.ts";
import { tasteCustomer, tasteItems, tasteOrders } from "../support/two-tastes.ts";
import { createLives, freshNames } from "./non-interference/create-lives.ts";
import { itemIds, type Names, namedBy, type Page, page, past, standing } from "./non-interference/histories.ts";
import { type Asked, answers, echoesOf, get, keeping, ofTheShop, publicOnes, user } from "./non-interference/route-classes.ts";

// Without consent for personalization an answer is a function of the page alone: whatever two customers did, and
// whatever of it is stored for other purposes, they and a stranger get the same bytes. What somebody asked for in so many words (their
// preferences) is an instruction and no history: nobody here has any, but in the last part, which is about nothing else.

let held: HeldHouse;
/** The same house with the storefront before it. */
let app: App;
let { ok, arrive, answer } = {} as ReturnType<typeof createLives>;
let echoes: ReturnType<typeof echoesOf>;
const shoppers: { customerId: string; displayName: string; taste: string }[] = [];

/** A machine that has other things to do takes its time over so many requests. */
const timeout = 300_000;

beforeAll(async () => {
  held = await openHeldHouse();
  ({ ok, arrive, answer } = createLives(held));
  echoes = echoesOf(held.keys.writeKey);
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
