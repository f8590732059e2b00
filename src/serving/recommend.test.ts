import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import type { CustomerId, ItemId, MessageId, ShopId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import type { Purpose } from "#domain/purpose.ts";
import { type Recommendation, type RecommendationRequest, surfaces } from "#domain/recommendation.ts";
import { createIngest, type Ingest } from "#ingestion/ingest.ts";
import { createLearner } from "#learning/learn.ts";
import { createGate } from "#privacy/gate.ts";
import { createPersonIds } from "#privacy/person-ids.ts";
import { createRecordConsents, type RecordConsents } from "#privacy/record-consents.ts";
import type { Store } from "#storage/ports.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { createRecommend, type Recommend } from "./recommend.ts";
import { createShopSnapshots } from "./shop-snapshot.ts";

const shop = "shop" as ShopId;
const start = 20_500 * dayMs;
let now = start;
let [store, ingest, record, recommend]: [Store, Ingest, RecordConsents, Recommend] = [] as never;
let number = 0;

const id = (text: string) => text as ItemId;
const names = (who: string) => ({ customerId: who as CustomerId, anonymousId: null });
const item = (itemId: string, more: Partial<CatalogueItem> = {}): CatalogueItem => ({
  itemId: id(itemId),
  title: `Item ${itemId}`,
  description: null,
  categories: [itemId.startsWith("tea") ? "Tea" : "Tools"],
  brand: null,
  price: 5,
  currency: "GBP",
  stock: null,
  available: true,
  url: null,
  imageUrl: null,
  attributes: {},
  releasedAt: null,
  source: "shop",
  createdAt: start - 100 * dayMs,
  updatedAt: start,
  ...more,
});
const allow = (who: string, ...purposes: Purpose[]) =>
  record(shop, [{ names: names(who), purposes: new Map(purposes.map((purpose) => [purpose, true])), source: "person", notice: null, how: null }]);
async function act(who: string, type: "view" | "purchase" | "dismiss" | "return", items: readonly string[], daysAgo = 1): Promise<void> {
  const lines = items.map((one) => ({ itemId: id(one), quantity: 1, unitPrice: 5 }));
  const occurredAt = start - daysAgo * dayMs + number;
  const event = {
    messageId: `m-${number++}` as MessageId,
    type,
    name: type,
    occurredAt,
    lines,
    orderId: null,
    sessionId: null,
    recommendationId: null,
    currency: null,
  };
  await ingest(shop, [{ names: names(who), event, seenItems: [], linksNames: false, stampedConsent: null, basis: "consent" }]);
}
const ask = (more: Partial<RecommendationRequest> = {}): RecommendationRequest => ({
  customerId: null,
  anonymousId: null,
  sessionId: null,
  surface: "for-you",
  pageItems: [],
  basket: [],
  n: 5,
  category: null,
  explain: "short",
  preview: true,
  ...more,
});
async function answer(more: Partial<RecommendationRequest> = {}): Promise<Recommendation> {
  now += 1000;
  const result = await recommend(shop, ask(more));
  if (!result.ok) throw new Error(result.problem.code);
  return result.value;
}
const ids = (recommendation: Recommendation) => recommendation.items.map(({ itemId }) => itemId);
async function refusal(more: Partial<RecommendationRequest>): Promise<string> {
  const result = await recommend(shop, ask(more));
  return result.ok ? "ok" : result.problem.code;
}

beforeAll(async () => {
  store = await openSqlite(":memory:");
  await store.shops.create({ shopId: shop, name: "s", currency: "GBP", createdAt: 0 }, { personKey: "secret", keyHashes: [] });
  const personIds = createPersonIds(store.shops);
  const gate = createGate({ consents: store.consents, identities: store.identities, preferences: store.preferences, clock: () => now, personIds });
  const deps = { store, personIds, clock: () => now, freshId: () => `id-${number++}` };
  ingest = createIngest(deps);
  record = createRecordConsents(deps);
  recommend = createRecommend({
    ...deps,
    gate,
    snapshots: createShopSnapshots({ catalogue: store.catalogue, models: store.models, clock: () => now }),
  });
  const tea = Array.from({ length: 8 }, (_, index) => item(`tea${index}`));
  const tools = Array.from({ length: 8 }, (_, index) => item(`tool${index}`));
  await store.catalogue.put(shop, [
    ...tea,
    ...tools,
    item("tea-gone", { available: false }),
    item("tea-sold-out", { stock: 0 }),
    item("fresh", { createdAt: start, categories: [], title: "Unlike" }),
  ]);
  // Two tastes, and two things that always go together.
  for (let person = 0; person < 40; person++) {
    await allow(`p${person}`, "learn");
    const [kind, pair] = [person % 2 === 0 ? "tea" : "tool", Math.floor(person / 2)];
    await act(`p${person}`, "purchase", [...[pair % 8, (pair + 1) % 8, (pair * 3 + 4) % 8].map((one) => `${kind}${one}`)], 10);
    if (kind === "tea") await act(`p${person}`, "purchase", ["tea0", "tea6", "tea-gone", "tea-sold-out"], 5);
  }
  await createLearner({ store, gate, clock: () => now, seconds: () => 0 }).learn(shop);
});
afterAll(() => store.close());

describe("recommend", () => {
  it("shows people more of what they like, and says why", async () => {
    await allow("tea-lover", "personalize");
    await act("tea-lover", "purchase", ["tea1"]);
    const { personalized, dataUse, items, model } = await answer({ ...names("tea-lover"), n: 3 });
    expect([personalized, dataUse, model]).toEqual([true, "everything", { name: "linear", version: 1 }]);
    expect(items.every(({ itemId }) => itemId.startsWith("tea"))).toBe(true);
    expect(items[0]!.reasons[0]).toMatchObject({ kind: "event", item: "tea1", event: "purchase" });
  });

  it("does not call an answer personal that owes nothing to the person", async () => {
    await allow("newcomer", "personalize");
    expect(await answer(names("newcomer"))).toMatchObject({ personalized: false, dataUse: "nothing" });
    await act("newcomer", "view", ["fresh"]);
    expect(await answer(names("newcomer"))).toMatchObject({ personalized: false, dataUse: "everything" });
  });

  it("the next answer knows the last act", async () => {
    await allow("changes", "personalize");
    await act("changes", "view", ["tea1"], 3);
    expect(ids(await answer(names("changes")))[0]).toMatch(/^tea/);
    for (const tool of ["tool1", "tool3", "tool5"]) await act("changes", "purchase", [tool], 1);
    expect(ids(await answer(names("changes")))[0]).toMatch(/^tool/);
  });

  it("without consent the answer is the same for whoever asks, whatever they did", async () => {
    await allow("measured", "measure", "learn");
    await act("measured", "purchase", ["tool1"]);
    const answers = await Promise.all([names("measured"), names("nobody-knows")].map(answer));
    const [left, right] = answers.map(({ recommendationId: _, ...rest }) => rest);
    expect(left).toEqual(right);
    expect([left!.personalized, left!.dataUse, left!.notices[0]!.code]).toEqual([false, "nothing", "NO_CONSENT"]);
    expect((await answer()).notices).toEqual([]);
  });

  it("never shows what is sold out, not sold, on the page, bought before or waved away", async () => {
    await allow("picky", "personalize");
    await act("picky", "purchase", ["tea1", "tea3"]);
    await act("picky", "dismiss", ["tea5"]);
    const shown = ids(await answer({ ...names("picky"), n: 100 }));
    for (const hidden of ["tea1", "tea3", "tea5", "tea-gone", "tea-sold-out"]) expect(shown).not.toContain(hidden);
    expect(ids(await answer({ surface: "similar", pageItems: [id("tea0")], n: 100 }))).not.toContain("tea0");
    expect(ids(await answer({ surface: "complete-basket", basket: [id("tea0"), id("tea6")], n: 100 }))).not.toContain("tea6");
  });

  it("what was given back is not a taste any more", async () => {
    await allow("returner", "personalize");
    await act("returner", "purchase", ["tool1"], 5);
    await act("returner", "view", ["tea1"], 4);
    await act("returner", "return", ["tool1"], 3);
    const { items } = await answer({ ...names("returner"), explain: "full" });
    expect(items.flatMap(({ reasons }) => reasons).some(({ item: from }) => from === "tool1")).toBe(false);
  });

  it("knows what goes together, what is popular, what is new and what was bought before", async () => {
    expect(ids(await answer({ surface: "bought-together", pageItems: [id("tea0")], n: 1 }))).toEqual(["tea6"]);
    expect(ids(await answer({ surface: "complete-basket", basket: [id("tea6")], n: 1 }))).toEqual(["tea0"]);
    expect(["tea0", "tea6"]).toContain(ids(await answer({ surface: "popular", n: 1 }))[0]);
    expect(ids(await answer({ surface: "new" }))).toEqual(["fresh"]);
    await allow("regular", "personalize");
    await act("regular", "purchase", ["tea2"], 30);
    await act("regular", "purchase", ["tea4"], 3);
    const reorder = await answer({ ...names("regular"), surface: "reorder" });
    expect([ids(reorder), reorder.personalized]).toEqual([["tea4", "tea2"], true]);
    expect(ids(await answer({ ...names("stranger"), surface: "reorder" }))).toEqual([]);
    expect((await answer({ category: "Tools", n: 20 })).items.every(({ itemId }) => itemId.startsWith("tool"))).toBe(true);
  });

  it("a product nobody bought yet is near those of its category", async () => {
    await store.catalogue.put(shop, [item("tea-unseen")]);
    const { items } = await answer({ surface: "similar", pageItems: [id("tea-unseen")], n: 3 });
    expect(items.every(({ itemId }) => itemId.startsWith("tea"))).toBe(true);
    expect(items[0]!.reasons[0]).toMatchObject({ kind: "content", label: "category: Tea" });
  });

  it("refuses what it cannot answer, with the name of the reason", async () => {
    const asked = [
      { n: 0 },
      { n: -1 },
      { n: 10_000 },
      { n: 1.5 },
      { surface: "similar" },
      { surface: "complete-basket" },
      { surface: "similar", pageItems: [id("no-such")] },
    ] as const;
    expect(await Promise.all(asked.map(refusal))).toEqual([
      "N_OUT_OF_RANGE",
      "N_OUT_OF_RANGE",
      "N_OUT_OF_RANGE",
      "N_OUT_OF_RANGE",
      "ITEM_REQUIRED",
      "ITEM_REQUIRED",
      "ITEM_UNKNOWN",
    ]);
    const partly = await answer({ surface: "complete-basket", basket: [id("tea0"), id("no-such")] });
    expect(partly.notices).toEqual([{ code: "ITEM_UNKNOWN", detail: "not in the catalogue and left out: no-such" }]);
  });

  it("records what was shown for people who allow measuring, and for nobody else", async () => {
    const size = async () => (await store.log.size(shop)).entries;
    await allow("measured-too", "measure");
    const before = await size();
    await answer({ ...names("measured-too"), preview: true });
    await answer({ ...names("stranger"), preview: false });
    await answer({ ...names("tea-lover"), preview: false });
    expect(await size()).toBe(before);
    const shown = await answer({ ...names("measured-too"), preview: false });
    expect((await store.log.recommendationOf(shop, shown.recommendationId))!.itemIds).toEqual(ids(shown));
  });

  it("property: the reasons add up to the score to the last bit, the order is by score, whatever is asked", async () => {
    await allow("busy", "personalize");
    for (let step = 0; step < 30; step++)
      await act("busy", step % 3 ? "view" : "purchase", [`${step % 5 ? "tea" : "tool"}${(step * 7) % 8}`], 60 - step);
    const known = fc.constantFrom(...["tea0", "tea5", "tool2", "tool7", "fresh"].map(id));
    const request = fc.record({
      surface: fc.constantFrom(...surfaces),
      customerId: fc.constantFrom("busy", "tea-lover", "picky", "stranger").map((who) => who as CustomerId),
      pageItems: fc.array(known, { minLength: 1, maxLength: 3 }),
      basket: fc.array(known, { minLength: 1, maxLength: 3 }),
      n: fc.integer({ min: 1, max: 30 }),
      explain: fc.constantFrom("short" as const, "full" as const),
    });
    await fc.assert(
      fc.asyncProperty(request, async (more) => {
        const { items } = await answer(more);
        for (const [position, { score, reasons }] of items.entries()) {
          const contributions = reasons.map(({ contribution }) => contribution);
          expect(contributions.reduce((total, one) => total + one, 0)).toBe(score);
          expect(contributions.reduceRight((total, one) => total + one, 0)).toBe(score);
          expect(reasons.length).toBeGreaterThan(0);
          const labelled = reasons.flatMap(({ kind, label }) => (label === null ? [] : [`${kind} ${label}`]));
          expect(new Set(labelled).size).toBe(labelled.length);
          if (position > 0) expect(score).toBeLessThanOrEqual(items[position - 1]!.score);
        }
        expect(new Set(ids({ items } as Recommendation)).size).toBe(items.length);
        expect(items.length).toBeLessThanOrEqual(more.n);
      }),
      { numRuns: 150 },
    );
  });

  it("property: what is said of the answer without a reason is so when somebody without it asks", async () => {
    const items = [...Array.from({ length: 8 }, (_, index) => [`tea${index}`, `tool${index}`]).flat(), "fresh"];
    const acts = fc.array(
      fc.record({ type: fc.constantFrom("view" as const, "purchase" as const, "dismiss" as const), item: fc.constantFrom(...items) }),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    const known = fc.uniqueArray(fc.constantFrom(...items.map(id)), { minLength: 1, maxLength: 3 });
    const request = fc.record({
      surface: fc.constantFrom("for-you" as const, "similar" as const, "bought-together" as const, "complete-basket" as const),
      pageItems: known,
      basket: known,
      n: fc.integer({ min: 1, max: 4 }),
      explain: fc.constantFrom("short" as const, "full" as const),
    });
    const said = { gone: 0, stays: 0 };
    const personWith = async (past: readonly { type: "view" | "purchase" | "dismiss"; item: string }[]) => {
      const who = `without-${number++}`;
      await allow(who, "personalize");
      for (const { type, item: itemId } of past) await act(who, type, [itemId]);
      return names(who);
    };
    await fc.assert(
      fc.asyncProperty(acts, request, async (past, asked) => {
        const shown = await answer({ ...(await personWith(past)), ...asked });
        for (const { itemId, reasons } of shown.items) {
          expect(reasons.filter(({ withoutIt }) => withoutIt !== null).length).toBeLessThanOrEqual(1);
          for (const { kind, item: cause, withoutIt } of reasons) {
            if (withoutIt === null) continue;
            const isOther = (one: string) => one !== cause;
            const lacking =
              kind === "event"
                ? { ...asked, ...(await personWith(past.filter((one) => isOther(one.item)))) }
                : { ...asked, ...(await personWith(past)), pageItems: asked.pageItems.filter(isOther), basket: asked.basket.filter(isOther) };
            expect(ids(await answer(lacking)).includes(itemId) ? "stays" : "gone").toBe(withoutIt);
            said[withoutIt]++;
          }
        }
      }),
      { numRuns: 40 },
    );
    expect(Math.min(said.gone, said.stays)).toBeGreaterThan(0);
  });

  it("claims nothing where there would be nothing to ask with, or where it was not tried", async () => {
    const { items } = await answer({ surface: "similar", pageItems: [id("tea0")], explain: "full" });
    expect(items.flatMap(({ reasons }) => reasons).some(({ kind }) => kind === "item")).toBe(true);
    expect(items.flatMap(({ reasons }) => reasons).every(({ withoutIt }) => withoutIt === null)).toBe(true);
  });
});
