import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import type { CustomerId, ItemId, MessageId, ShopId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import type { RecommendationRequest } from "#domain/recommendation.ts";
import { surfaces } from "#domain/recommendation.ts";
import { furnish, type House } from "#server/compose.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { surfaceRules } from "./surfaces.ts";
import { createExplainWhy, type ExplainWhy } from "./why.ts";
import { createDescribeRanking, type DescribeRanking } from "./why-ranking.ts";

const shop = "shop" as ShopId;
const start = 20_500 * dayMs;
const id = (text: string) => text as ItemId;
const item = (itemId: string, category: string, attributes: CatalogueItem["attributes"] = {}): CatalogueItem => ({
  itemId: id(itemId),
  title: `Item ${itemId}`,
  description: null,
  categories: ["Home", category],
  brand: itemId.endsWith("1") ? "Clayfield" : null,
  price: 5,
  currency: "GBP",
  stock: null,
  available: true,
  url: null,
  imageUrl: null,
  attributes,
  releasedAt: null,
  source: "shop",
  createdAt: start - 20 * dayMs,
  updatedAt: start - dayMs,
});
const ask = (more: Partial<RecommendationRequest> = {}): RecommendationRequest => ({
  customerId: "anna" as CustomerId,
  anonymousId: null,
  sessionId: null,
  surface: "for-you",
  pageItems: [],
  basket: [],
  n: 5,
  category: null,
  explain: "none",
  preview: false,
  ...more,
});

let house: House;
let why: ExplainWhy;
let ranking: DescribeRanking;
const now = start;
let number = 0;

async function buy(who: string, items: readonly string[], daysAgo: number): Promise<void> {
  await house.ingest(shop, [
    {
      names: { customerId: who as CustomerId, anonymousId: null },
      event: {
        messageId: `m${number++}` as MessageId,
        type: "purchase",
        name: "Order Completed",
        occurredAt: start - daysAgo * dayMs,
        lines: items.map((one) => ({ itemId: id(one), quantity: 1, unitPrice: 5 })),
        orderId: null,
        sessionId: null,
        recommendationId: null,
        currency: null,
      },
      seenItems: [],
      linksNames: false,
      stampedConsent: null,
      basis: "consent",
    },
  ]);
}

beforeAll(async () => {
  house = furnish(
    await openSqlite(":memory:"),
    () => now,
    () => `id-${number++}`,
  );
  await house.store.shops.create({ shopId: shop, name: "s", currency: "GBP", createdAt: 0 }, { personKey: "k", keyHashes: [] });
  const tea = Array.from({ length: 8 }, (_, at) => item(`tea${at}`, "Tea", at === 2 ? { sponsored: "Clayfield" } : {}));
  const tools = Array.from({ length: 8 }, (_, at) => item(`tool${at}`, "Tools", at === 3 ? { boosted: true } : {}));
  await house.store.catalogue.put(shop, [...tea, ...tools]);
  const people = [...Array.from({ length: 40 }, (_, at) => `p${at}`), "anna"];
  await house.recordConsents(
    shop,
    people.map((who) => ({
      names: { customerId: who as CustomerId, anonymousId: null },
      purposes: new Map([["learn", true] as const, ["personalize", true] as const]),
      source: "person" as const,
      notice: "v1",
      how: "banner",
    })),
  );
  for (let person = 0; person < 40; person++) {
    const kind = person % 2 === 0 ? "tea" : "tool";
    await buy(
      `p${person}`,
      [person, person + 1, person * 3 + 4].map((one) => `${kind}${one % 8}`),
      10,
    );
  }
  await buy("anna", ["tea1"], 3);
  await buy("anna", ["tea4"], 2);
  await house.learner.learn(shop);
  const deps = { ...house, models: house.store.models };
  why = createExplainWhy(deps);
  ranking = createDescribeRanking(deps);
});
afterAll(() => house.store.close());

async function whyOf(itemId: string, more: Partial<RecommendationRequest> = {}) {
  const result = await why.ofItem(shop, ask(more), id(itemId));
  if (!result.ok) throw new Error(result.problem.code);
  return result.value;
}

describe("why", () => {
  it("R20: every factor has its data, its date and one control, and together they are the score to the bit", async () => {
    for (const surface of surfaces) {
      const request = ask({ surface, pageItems: [id("tea0")], basket: [id("tea3")] });
      const answer = await house.recommend(shop, { ...request, preview: true });
      if (!answer.ok) throw new Error(answer.problem.code);
      for (const { itemId, score } of answer.value.items) {
        const told = await whyOf(itemId, request);
        expect([told.shown, told.score]).toEqual([true, score]);
        expect(told.factors.reduce((sum, { contribution }) => sum + contribution, 0)).toBe(score);
        expect(told.factors.reduce((sum, { share }) => sum + Math.abs(share), 0)).toBeCloseTo(1, 9);
        for (const factor of told.factors) {
          expect(factor.date, factor.kind).not.toBeNull();
          expect(factor.control.kind).toMatch(/^[a-z-]+$/);
        }
      }
    }
  });

  it("R20: a factor of one's own past is the event itself, and can be deleted", async () => {
    const answer = await house.recommend(shop, ask({ preview: true }));
    const first = answer.ok ? answer.value.items[0]!.itemId : "";
    const { factors, personalized, dataUse, model } = await whyOf(first);
    const own = factors.filter(({ kind }) => kind === "event");
    expect(own.length).toBeGreaterThan(0);
    for (const { item: of, date, source, control } of own) {
      expect(["tea1", "tea4"]).toContain(of);
      expect(date).toBe(start - (of === "tea1" ? 3 : 2) * dayMs);
      expect(source).toBe("own-history");
      expect(control).toMatchObject({ kind: "delete-event", item: of, at: date });
    }
    expect([personalized, dataUse]).toEqual([true, "everything"]);
    expect(model).toMatchObject({ name: "linear", version: 1, builtAt: expect.any(Number) });
  });

  it("R21: what is said to go without an item is really gone when it is ranked again without it", async () => {
    const answer = await house.recommend(shop, ask({ preview: true }));
    if (!answer.ok) throw new Error();
    let tried = 0;
    for (const { itemId } of answer.value.items) {
      for (const factor of (await whyOf(itemId)).factors) {
        if (factor.withoutIt === null) continue;
        tried++;
        // The same customer without that purchase is somebody who made only the other one.
        const twin = `twin-${factor.item}-${number++}`;
        await house.recordConsents(shop, [
          {
            names: { customerId: twin as CustomerId, anonymousId: null },
            purposes: new Map([["personalize", true] as const]),
            source: "person",
            notice: null,
            how: null,
          },
        ]);
        await buy(twin, [factor.item === "tea1" ? "tea4" : "tea1"], factor.item === "tea1" ? 2 : 3);
        const without = await house.recommend(shop, ask({ customerId: twin as CustomerId, preview: true }));
        if (!without.ok) throw new Error();
        expect(without.value.items.some((one) => one.itemId === itemId)).toBe(factor.withoutIt === "stays");
      }
    }
    expect(tried).toBeGreaterThan(0);
  });

  it("says nothing of the past of others, whatever they did", async () => {
    const before = await whyOf("tea0", { customerId: null, surface: "similar", pageItems: [id("tea1")] });
    for (const { kind } of before.factors) expect(kind).not.toBe("event");
    expect(before.factors.every(({ control }) => control.kind === "read-ranking")).toBe(true);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("p0", "p1", "anna"), fc.constantFrom("tea", "tool"), fc.nat(7), async (who, kind, at) => {
        const told = await why.ofItem(shop, ask({ customerId: who as CustomerId, n: 20 }), id(`${kind}${at}`));
        if (!told.ok) throw new Error(told.problem.code);
        const own = { p0: ["tea0", "tea1", "tea4"], p1: ["tool1", "tool2", "tool7"], anna: ["tea1", "tea4"] }[who]!;
        for (const { item: of } of told.value.factors) if (of !== null) expect(own).toContain(of);
      }),
      { numRuns: 30 },
    );
  });

  it("R24: says of what is paid for or pushed that it is, and that nothing follows from it", async () => {
    const sponsored = await whyOf("tea2", { n: 20 });
    expect(sponsored.paid).toEqual({ sponsored: true, boosted: false, by: "Clayfield" });
    expect((await whyOf("tool3", { surface: "popular", n: 20 })).paid).toMatchObject({ boosted: true });
    expect((await whyOf("tea0", { n: 20 })).paid).toEqual({ sponsored: false, boosted: false, by: null });
    // Whatever the attribute says, the score stays.
    await house.store.catalogue.put(shop, [item("tea2", "Tea")]);
    house.snapshots.expire(shop);
    expect((await whyOf("tea2", { n: 20 })).score).toBe(sponsored.score);
  });

  it("says that an item is not shown, claims no cause of it, and refuses what does not exist", async () => {
    const bought = await whyOf("tea1");
    expect(bought).toMatchObject({ shown: false, place: null, score: null, factors: [] });
    const late = await whyOf("tool5", { surface: "popular", n: 1 });
    expect(late.shown).toBe(false);
    expect(late.factors.every(({ withoutIt }) => withoutIt === null)).toBe(true);
    expect(await why.ofItem(shop, ask(), id("none"))).toMatchObject({ ok: false, problem: { code: "ITEM_UNKNOWN" } });
    expect(await why.ofItem(shop, ask({ n: 0 }), id("tea1"))).toMatchObject({ ok: false, problem: { code: "N_OUT_OF_RANGE" } });
  });

  it("lists the rules in force and which of them touched the item", async () => {
    const { rules } = await whyOf("tea0", { n: 5 });
    expect(rules.map(({ name }) => name)).toEqual([
      "in-stock-only",
      "not-what-is-here",
      "not-waved-away",
      "not-bought",
      "popularity-share",
      "category-cap",
    ]);
    expect(rules.find(({ name }) => name === "popularity-share")).toMatchObject({ value: 0.005, fired: true });
  });
});

describe("how ranking works", () => {
  it("R22: is read from the live configuration: another weight is another page", async () => {
    const facts = await ranking(shop);
    const forYou = facts.surfaces.find(({ surface }) => surface === "for-you")!;
    expect(forYou.rules).toContainEqual({ name: "popularity-share", value: surfaceRules["for-you"].popularityShare });
    expect(forYou.usesPast).toBe(true);
    const changed = await ranking(shop, { ...surfaceRules, "for-you": { ...surfaceRules["for-you"], popularityShare: 0.25, maxCategoryShare: 1 } });
    const after = changed.surfaces.find(({ surface }) => surface === "for-you")!;
    expect(after.rules).toContainEqual({ name: "popularity-share", value: 0.25 });
    expect(after.rules.some(({ name }) => name === "category-cap")).toBe(false);
    expect(facts.models.find(({ name }) => name === "linear")!.params).toMatchObject({ popularity: expect.any(Number) });
  });

  it("R22: says how much each kind of reason weighs, measured on the shop's own items, without any person", async () => {
    const { surfaces: told } = await ranking(shop);
    const weights = Object.fromEntries(told.map(({ surface, weights: of }) => [surface, of]));
    expect(weights.popular).toEqual([{ kind: "popularity", share: 1 }]);
    expect(weights.new).toEqual([{ kind: "context", share: 1 }]);
    expect(weights.reorder).toBeNull();
    const similar = weights.similar!;
    expect(similar.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(similar.some(({ kind }) => kind === "event")).toBe(false);
  });

  it("R22: a model published anew is another page", async () => {
    const before = await ranking(shop);
    const record = (await house.store.models.latest(shop, "linear"))!;
    const card = record.card as { params: Record<string, number> };
    await house.store.models.publish(shop, { ...record, card: { ...card, params: { ...card.params, popularity: 0.09 } } });
    house.snapshots.expire(shop);
    const after = await ranking(shop);
    const linear = (facts: typeof after) => facts.models.find(({ name }) => name === "linear")!;
    expect(linear(before).params.popularity).not.toBe(0.09);
    expect(linear(after)).toMatchObject({ version: 2, params: { popularity: 0.09 } });
  });

  it("counts what is labelled as paid for", async () => {
    expect(await ranking(shop)).toMatchObject({ sponsoredItems: 0, boostedItems: 1 });
  });
});
