import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { surfaces } from "#domain/recommendation.ts";
import { type HeldHouse, openHeldHouse } from "../support/held-house.ts";
import { tasteCustomer, tasteItems, tasteOrders } from "../support/two-tastes.ts";

// Without consent for personalization an answer is a function of the page alone: whatever two customers did, and
// whatever of it is stored for other purposes, they and a stranger get the same bytes.

let held: HeldHouse;
let people = 0;

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
});
type Standing = { readonly personalize: string; readonly learn: boolean; readonly measure: boolean; readonly linked: boolean };

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

/** Gives somebody this past and this standing; what was stored of it depends on what they allowed at the time. */
async function arrive(history: Past, { personalize, learn, measure, linked }: Standing): Promise<Names> {
  const names = freshNames();
  const first = { ...(personalize === "never asked" ? {} : { personalize: personalize === "withdrawn" }), learn, measure };
  for (const name of [{ customerId: names.customerId }, { anonymousId: names.anonymousId }])
    await ok("PUT", "/v1/consents", { ...name, purposes: first });
  await live(names, history, linked);
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
});
afterAll(() => held.close());

describe("non-interference", () => {
  it("without consent, any two histories and none get the same bytes on every surface", async () => {
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
      { numRuns: 40 },
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
