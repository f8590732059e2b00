import { expect, it } from "vitest";
import { surfaces } from "#domain/recommendation.ts";
import type { CustomerReply, EarnedReply, RecentEventsReply } from "#server/contract/console.ts";
import type { ErrorReply } from "#server/contract/errors.ts";
import type { RecommendationsBody, RecommendationsReply } from "#server/contract/recommendations.ts";
import type { IngestReply } from "#server/contract/segment.ts";
import { type ApiWorld, allPurposes } from "../../support/api-world.ts";
import { tasteCustomer, tasteOf } from "../../support/two-tastes.ts";
import { waitUntil } from "../../support/wait-until.ts";

type Ask = Omit<RecommendationsBody, "surface"> & { readonly surface?: string };

async function recommend({ api }: ApiWorld, ask: Ask): Promise<RecommendationsReply> {
  const { status, body, text } = await api.post<RecommendationsReply>("/v1/recommendations", { surface: "for-you", ...ask });
  expect(status, text).toBe(200);
  return body;
}

/** Answers that can be compared: the server learns beside them, so the first is asked for once more, and all of them where it has changed. */
const togetherWith = (world: ApiWorld, first: Ask, ...others: readonly Ask[]) =>
  waitUntil("answers out of one state of what is learnt", async () => {
    const answers = [await recommend(world, first)];
    for (const ask of others) answers.push(await recommend(world, ask));
    const again = await recommend(world, first);
    return JSON.stringify(again.items) === JSON.stringify(answers[0]!.items) ? answers : null;
  });

const tastesIn = ({ items }: RecommendationsReply) => [...new Set(items.map(({ id }) => tasteOf(id)))];
const needs: Readonly<Partial<Record<string, Ask>>> = {
  similar: { item: "tea-03" },
  "bought-together": { item: "tea-03" },
  "complete-basket": { basket: ["tea-03", "tea-04"] },
};

function expectReasonsToSum({ surface, items }: RecommendationsReply): void {
  for (const { id, score, reasons } of items) {
    const sum = reasons.reduce((total, { contribution }) => total + contribution, 0);
    const size = reasons.reduce((total, { contribution }) => total + Math.abs(contribution), 0);
    expect(Math.abs(sum - score), `${surface} ${id}: ${sum} for ${score}`).toBeLessThanOrEqual(1e-9 * Math.max(Math.abs(score), size));
    expect(reasons.length, `${surface} ${id}`).toBeGreaterThan(0);
  }
}

async function view({ pages }: ApiWorld, customerId: string, itemId: string): Promise<void> {
  const message = { userId: customerId, event: "Product Viewed", properties: { product_id: itemId } };
  expect((await pages.post<IngestReply>("/v1/track", message)).body.accepted).toBe(1);
}

/** What is shown, why, and what came of it. */
export function testRecommending(given: () => ApiWorld): void {
  it("learns the pattern from the orders by itself, within seconds", async () => {
    const world = given();
    await waitUntil("similar items of one taste only", async () => {
      const [tea, tools] = [
        await recommend(world, { surface: "bought-together", item: "tea-03", n: 5 }),
        await recommend(world, { surface: "bought-together", item: "tools-03", n: 5 }),
      ];
      return tea.items.length > 0 && tools.items.length > 0 && tastesIn(tea).join() === "tea" && tastesIn(tools).join() === "tools" ? true : null;
    });
    for (const taste of ["tea", "tools"] as const) {
      const forFan = await recommend(world, { customerId: tasteCustomer(taste, 0), n: 3 });
      expect(forFan).toMatchObject({ surface: "for-you", personalized: true, dataUse: "everything", model: { name: "linear" } });
      expect(forFan.model.version).toBeGreaterThan(0);
      expect(tastesIn(forFan)).toEqual([taste]);
    }
  });

  it("answers every surface with reasons that add up to the score, told short or in full", async () => {
    const world = given();
    for (const surface of surfaces) {
      const ask = { surface, customerId: tasteCustomer("tea", 1), n: 6, preview: true, ...needs[surface] };
      const short = await recommend(world, { ...ask, explain: "short" });
      const full = await recommend(world, { ...ask, explain: "full" });
      expect(short.items.length, surface).toBeGreaterThan(0);
      expect(short.items.length, surface).toBeLessThanOrEqual(6);
      expectReasonsToSum(short);
      expectReasonsToSum(full);
      expect(full.items.map(({ id }) => id)).toEqual(short.items.map(({ id }) => id));
      expect(short.items.map(({ score }) => score)).toEqual(short.items.map(({ score }) => score).sort((a, b) => b - a));
      for (const [at, { reasons }] of short.items.entries()) expect(reasons.length).toBeLessThanOrEqual(full.items[at]!.reasons.length);
      const none = await recommend(world, { ...ask, explain: "none" });
      expect(none.items.every(({ reasons }) => reasons.length === 0)).toBe(true);
      const personal = surface === "for-you" || surface === "reorder";
      expect([short.personalized, short.dataUse], surface).toEqual([personal, personal ? "everything" : needs[surface] ? "page" : "nothing"]);
      expect(new Set([short.recommendationId, full.recommendationId, none.recommendationId]).size).toBe(3);
    }
  });

  it("never offers what is on the page, in the basket, bought already or sold out", async () => {
    const world = given();
    const { body: customer } = await world.api.get<CustomerReply>(`/v1/customers/${tasteCustomer("tea", 2)}`);
    const bought = customer.history!.flatMap(({ items }) => items.map(({ id }) => id));
    expect(bought.length).toBeGreaterThan(0);
    const forYou = await recommend(world, { customerId: tasteCustomer("tea", 2), n: 100, preview: true });
    expect(forYou.items.filter(({ id }) => bought.includes(id))).toEqual([]);
    const again = await recommend(world, { surface: "reorder", customerId: tasteCustomer("tea", 2), n: 100, preview: true });
    expect(again.items.map(({ id }) => id).sort()).toEqual([...new Set(bought)].sort());
    const basket = await recommend(world, { surface: "complete-basket", basket: ["tea-03", "tea-04"], n: 100 });
    expect(basket.items.filter(({ id }) => ["tea-03", "tea-04"].includes(id))).toEqual([]);
    const similar = await recommend(world, { surface: "similar", item: "tea-03", n: 100 });
    expect(similar.items.some(({ id }) => id === "tea-03")).toBe(false);
  });

  it("is personal only for those who allow it", async () => {
    const world = given();
    await world.pages.put("/v1/consents", { customerId: "measured-only", purposes: { measure: true, learn: true, personalize: false } });
    await view(world, "measured-only", "tools-04");
    const [stranger, ...answers] = await togetherWith(
      world,
      { customerId: "never-seen", preview: true },
      ...["measured-only", "never-seen"].map((customerId) => ({ customerId, preview: true })),
    );
    for (const answer of answers) {
      expect(answer).toMatchObject({ personalized: false, dataUse: "nothing", items: stranger!.items });
      expect(answer.notices.map(({ code }) => code)).toEqual(["NO_CONSENT"]);
      expect(answer.items.flatMap(({ reasons }) => reasons).some(({ kind }) => kind === "event")).toBe(false);
    }
    const { body } = await world.api.get<CustomerReply>("/v1/customers/measured-only");
    expect(body.history).toBeNull();
  });

  it("an event shapes the very next answer, and a withdrawal holds from the next request on", async () => {
    const world = given();
    const customerId = "eager";
    await world.pages.put("/v1/consents", { customerId, purposes: allPurposes });
    let last = "";
    for (const taste of ["tools", "tea"] as const) {
      await view(world, customerId, `${taste}-05`);
      const { items, personalized } = await recommend(world, { customerId, n: 20, explain: "full" });
      expect(personalized).toBe(true);
      const named = items.filter(({ reasons }) => reasons.some(({ item, event }) => item === `${taste}-05` && event === "view"));
      expect(named.map(({ id }) => id).some((id) => tasteOf(id) === taste)).toBe(true);
      expect(JSON.stringify(items)).not.toBe(last);
      last = JSON.stringify(items);
    }
    await world.pages.put("/v1/consents", { customerId, purposes: { personalize: false } });
    const [stranger, withdrawn] = await togetherWith(world, { customerId: "never-seen", n: 3 }, { customerId, n: 3 });
    expect(withdrawn).toMatchObject({ personalized: false, dataUse: "nothing", items: stranger!.items });
  });

  it("joins what was done before signing in, once the customer signs in", async () => {
    const world = given();
    await world.pages.put("/v1/consents", { anonymousId: "a-tablet", purposes: allPurposes });
    const seen = { anonymousId: "a-tablet", event: "Product Added", properties: { product_id: "tools-06" } };
    await world.pages.post("/v1/track", seen);
    expect((await recommend(world, { anonymousId: "a-tablet" })).personalized).toBe(true);
    expect((await recommend(world, { customerId: "tabea" })).personalized).toBe(false);
    await world.pages.post("/v1/identify", { userId: "tabea", anonymousId: "a-tablet" });
    const signedIn = await recommend(world, { customerId: "tabea", n: 3 });
    expect([signedIn.personalized, tasteOf(signedIn.items[0]!.id)]).toEqual([true, "tools"]);
  });

  it("counts what recommendations earned, from outcomes and from Segment events alike", async () => {
    const world = given();
    const customerId = "buyer";
    await world.pages.put("/v1/consents", { customerId, purposes: allPurposes });
    await view(world, customerId, "tea-07");
    const earned = async () => {
      const { body } = await world.api.get<EarnedReply>("/v1/reports/earned?days=7");
      const row = body.surfaces.find(({ surface, personalized }) => surface === "for-you" && personalized);
      // Nothing is hidden where one person is a group (RAPPORT_SMALL_CELL=1).
      return { shown: row?.shown ?? 0, clicked: row?.clicked ?? 0, bought: row?.bought ?? 0, revenue: row?.revenue ?? 0 };
    };
    const before = await earned();
    const [first, second] = [await recommend(world, { customerId }), await recommend(world, { customerId })];
    expect((await earned()).shown).toBe(before.shown + 2);
    await recommend(world, { customerId, preview: true });
    expect((await earned()).shown).toBe(before.shown + 2);

    const clicked = { recommendationId: first.recommendationId, item: first.items[0]!.id, outcome: "clicked" };
    expect((await world.pages.post<IngestReply>("/v1/outcomes", clicked)).body.accepted).toBe(1);
    expect((await world.pages.post<IngestReply>("/v1/outcomes", clicked)).body.dropped).toEqual({ DUPLICATE: 1 });
    const itemId = second.items[0]!.id;
    const properties = { product_id: itemId, recommendation_id: second.recommendationId };
    await world.pages.post("/v1/track", { userId: customerId, event: "Product Clicked", properties });
    expect(await earned()).toMatchObject({ shown: before.shown + 2, clicked: before.clicked + 2, bought: before.bought });

    const order = { order_id: "earned-1", products: [{ product_id: itemId, price: 12.5, quantity: 2 }] };
    await world.pages.post("/v1/track", { userId: customerId, event: "Order Completed", properties: order });
    const after = await earned();
    expect([after.bought, after.revenue]).toEqual([before.bought + 1, before.revenue + 25]);

    const unknown = await world.pages.post<ErrorReply>("/v1/outcomes", { recommendationId: "never-made", item: "tea-01", outcome: "clicked" });
    expect([unknown.status, unknown.body.error.code]).toEqual([404, "RECOMMENDATION_UNKNOWN"]);
  });

  it("takes an item that was waved away out of the next answer", async () => {
    const world = given();
    const customerId = tasteCustomer("tea", 3);
    const before = await recommend(world, { customerId, n: 3 });
    const item = before.items[0]!.id;
    await world.pages.post("/v1/outcomes", { recommendationId: before.recommendationId, item, outcome: "dismissed" });
    const after = await recommend(world, { customerId, n: 100 });
    expect(after.items.some(({ id }) => id === item)).toBe(false);
  });

  it("shows the latest events to the shop without saying whose they are", async () => {
    const { api } = given();
    const { body, text } = await api.get<RecentEventsReply>("/v1/events/recent?limit=500");
    expect(body.events.length).toBeGreaterThan(100);
    for (const name of ["tea-fan", "sigrid", "tabea", "a-tablet", "buyer"]) expect(text).not.toContain(name);
    expect(body.outcomes.ok).toBeGreaterThan(100);
  });
}
