import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import { type DataUse, dataUses, visitGapMs, visitLimitMs } from "#domain/data-use.ts";
import type { EventType, LoggedEvent } from "#domain/event.ts";
import type { CustomerId, ItemId, MessageId, SessionId, ShopId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import { type Recommendation, type Surface, surfaces } from "#domain/recommendation.ts";
import { createIngest, type Ingest } from "#ingestion/ingest.ts";
import { createLearner } from "#learning/learn.ts";
import { createGate, type Gate } from "#privacy/gate.ts";
import { createPersonIds } from "#privacy/person-ids.ts";
import { createRecordConsents, type RecordConsents } from "#privacy/record-consents.ts";
import type { Store } from "#storage/ports.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { createRecommend, type Recommend } from "./recommend.ts";
import { createShopSnapshots } from "./shop-snapshot.ts";

// Each level of the dial, proved from outside: a spy between the house and the log sees every row that is handed out, and a
// second account of which rows a level names, written from the words of the guide, says which they must be.

const shop = "shop" as ShopId;
const now = 20_500 * dayMs;
let [store, ingest, record, recommend, gate]: [Store, Ingest, RecordConsents, Recommend, Gate] = [] as never;
let number = 0;
/** What the log handed out for the last answer, whatever it was asked for. */
let read: LoggedEvent[] = [];
let reads = 0;

const names = (who: string) => ({ customerId: who as CustomerId, anonymousId: null });
const item = (id: string): CatalogueItem => ({
  itemId: id as ItemId,
  title: id,
  description: null,
  categories: [id.startsWith("tea") ? "Tea" : "Tools"],
  brand: null,
  price: 5,
  currency: "EUR",
  stock: null,
  available: true,
  url: null,
  imageUrl: null,
  attributes: {},
  releasedAt: null,
  source: "shop",
  createdAt: now - 100 * dayMs,
  updatedAt: now,
});
const itemIds = [...Array.from({ length: 8 }, (_, at) => `tea${at}`), ...Array.from({ length: 8 }, (_, at) => `tool${at}`)];

type Deed = { readonly type: EventType; readonly item: string; readonly agoMs: number; readonly session: string | null };
const toEvent = ({ type, item: itemId, agoMs, session }: Deed) => ({
  messageId: `m-${number++}` as MessageId,
  type,
  name: type,
  occurredAt: now - agoMs,
  lines: [{ itemId: itemId as ItemId, quantity: 1, unitPrice: 5 }],
  orderId: null,
  sessionId: session as SessionId | null,
  recommendationId: null,
  currency: null,
});

async function live(who: string, deeds: readonly Deed[]): Promise<void> {
  const messages = deeds.map((deed) => ({
    names: names(who),
    event: toEvent(deed),
    seenItems: [],
    linksNames: false,
    stampedConsent: null,
    basis: "consent" as const,
  }));
  await ingest(shop, messages);
}

async function agree(who: string): Promise<void> {
  await record(shop, [{ names: names(who), purposes: new Map([["personalize", true]]), source: "person", notice: null, how: null }]);
}

type Asked = { readonly level: DataUse; readonly surface: Surface; readonly session: string | null; readonly how: "dial" | "request" };
async function answer(who: string, { level, surface, session, how }: Asked): Promise<Recommendation> {
  const person = (await gate.recognise(shop, names(who)))!;
  const change = { personId: person.personId, kind: "dial", key: "", value: level, at: now, by: "person" } as const;
  await store.preferences.change(shop, [{ ...change, action: how === "dial" ? "set" : "clear" }]);
  read = [];
  reads = 0;
  const result = await recommend(shop, {
    ...names(who),
    sessionId: session as SessionId | null,
    surface,
    pageItems: ["tea1" as ItemId],
    basket: ["tea1" as ItemId],
    n: 10,
    category: null,
    explain: "full",
    preview: true,
    dataUse: how === "request" ? level : null,
  });
  if (!result.ok) throw new Error(result.problem.code);
  return { ...result.value, recommendationId: "" as never };
}

const telling: ReadonlySet<EventType> = new Set(["view", "click", "wishlist", "cart-add", "purchase", "return", "dismiss"]);

/** Which deeds a level names, in the words of the guide and not those of the store. */
function namedBy(level: DataUse, deeds: readonly Deed[], session: string | null): Deed[] {
  if (level === "nothing" || level === "page") return [];
  if (level === "everything") return deeds.filter(({ type }) => telling.has(type));
  const recent = deeds.filter(({ agoMs }) => agoMs <= visitLimitMs);
  const visit = new Set<Deed>();
  if (session !== null) for (const deed of recent) if (deed.session === session) visit.add(deed);
  if (session === null) {
    let reached = 0;
    for (const deed of recent.toSorted((a, b) => a.agoMs - b.agoMs)) {
      if (Math.max(deed.agoMs, 0) - reached > visitGapMs) break;
      reached = Math.max(deed.agoMs, 0);
      visit.add(deed);
    }
  }
  const kept = level === "visit" ? [...visit] : deeds.filter((deed) => visit.has(deed) || deed.type === "purchase" || deed.type === "return");
  return kept.filter(({ type }) => telling.has(type));
}

const tell = (deeds: readonly Pick<Deed, "type" | "item" | "agoMs">[]) => deeds.map((one) => `${one.type} ${one.item} ${one.agoMs}`).sort();
const tellRead = () => tell(read.map(({ type, lines, occurredAt }) => ({ type, item: lines[0]!.itemId, agoMs: now - occurredAt })));

const minuteMs = 60_000;
const ago = fc.oneof(
  fc.integer({ min: -5, max: 200 }).map((minutes) => minutes * minuteMs),
  fc.constantFrom(0, visitGapMs, visitGapMs + 1, visitLimitMs, visitLimitMs + 1),
  fc.integer({ min: 1, max: 300 }).map((days) => days * dayMs),
);
const deed: fc.Arbitrary<Deed> = fc.record({
  type: fc.constantFrom<EventType[]>("view", "view", "click", "cart-add", "purchase", "return", "dismiss", "search", "page"),
  item: fc.constantFrom(...itemIds),
  agoMs: ago,
  session: fc.constantFrom(null, "s1", "s2"),
});
const asked: fc.Arbitrary<Asked> = fc.record({
  level: fc.constantFrom(...dataUses),
  surface: fc.oneof({ weight: 2, arbitrary: fc.constantFrom<Surface[]>("for-you", "reorder") }, fc.constantFrom(...surfaces)),
  session: fc.constantFrom(null, "s1"),
  how: fc.constantFrom("dial" as const, "request" as const),
});

beforeAll(async () => {
  store = await openSqlite(":memory:");
  await store.shops.create({ shopId: shop, name: "s", currency: "EUR", createdAt: 0 }, { personKey: "secret", keyHashes: [] });
  const personIds = createPersonIds(store.shops);
  const clock = () => now;
  gate = createGate({ consents: store.consents, identities: store.identities, preferences: store.preferences, personIds, clock });
  const deps = { store, personIds, clock, freshId: () => `id-${number++}` };
  ingest = createIngest(deps);
  record = createRecordConsents(deps);
  const spied: Store["log"] = {
    ...store.log,
    async history(leave, options) {
      reads++;
      const events = await store.log.history(leave, options);
      read.push(...events);
      return events;
    },
    histories: () => Promise.reject(new Error("no answer reads the histories of many")),
  };
  recommend = createRecommend({
    ...deps,
    store: { ...store, log: spied },
    gate,
    snapshots: createShopSnapshots({ catalogue: store.catalogue, models: store.models, clock }),
  });
  await store.catalogue.put(shop, itemIds.map(item));
  for (let person = 0; person < 24; person++) {
    const who = `p${person}`;
    await record(shop, [{ names: names(who), purposes: new Map([["learn", true]]), source: "person", notice: null, how: null }]);
    const kind = person % 2 === 0 ? "tea" : "tool";
    await live(
      who,
      [0, 1, 2].map((step) => ({ type: "purchase", item: `${kind}${(person * 3 + step * 2) % 8}`, agoMs: (step + 1) * dayMs, session: null })),
    );
  }
  await createLearner({ store, gate, clock, seconds: () => 0 }).learn(shop);
});
afterAll(() => store.close());

describe("the dial", () => {
  it("Claim 5: for every surface, level and history the rows read are exactly those the level names", async () => {
    let people = 0;
    let rows = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 14 }), asked, async (deeds, request) => {
        const who = `reader-${people++}`;
        await agree(who);
        await live(who, deeds);
        await answer(who, request);
        const readsPerson = request.surface === "for-you" || request.surface === "reorder";
        const expected = readsPerson ? namedBy(request.level, deeds, request.session) : [];
        expect(tellRead()).toEqual(tell(expected));
        if (!readsPerson || request.level === "nothing" || request.level === "page") expect(reads).toBe(0);
        rows += read.length;
      }),
      { numRuns: 250 },
    );
    expect(rows).toBeGreaterThan(100);
  });

  it("Claim 5: whatever a level does not name may be different, and the answer is the same to the byte", async () => {
    let people = 0;
    let differing = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 10 }), fc.array(deed, { maxLength: 10 }), asked, async (mine, others, request) => {
        // Both have done what the level names of the first; the second has done other things besides, which it does not name.
        const named = namedBy(request.level, mine, request.session);
        const beyond = others.filter((one) => namedBy(request.level, [...named, one], request.session).length === named.length);
        const all = [...named, ...beyond];
        // A search or a page view holds a visit together without telling of an item: without it the first would not be in the same visit.
        for (const deeds of [named, all]) fc.pre(tell(namedBy(request.level, deeds, request.session)).join() === tell(named).join());
        const [a, b] = [`a-${people}`, `b-${people++}`];
        for (const who of [a, b]) await agree(who);
        await live(a, named);
        await live(b, all);
        if (beyond.length > 0) differing++;
        expect(JSON.stringify(await answer(b, request))).toBe(JSON.stringify(await answer(a, request)));
      }),
      { numRuns: 150 },
    );
    expect(differing).toBeGreaterThan(30);
  });

  it("R23: at nothing every surface answers with no read at all, and not even the page makes a difference", async () => {
    await agree("whole");
    await live("whole", [
      { type: "purchase", item: "tool3", agoMs: dayMs, session: null },
      { type: "view", item: "tool4", agoMs: 0, session: null },
    ]);
    const spied: string[] = [];
    for (const surface of surfaces) {
      const asPerson = await answer("whole", { level: "nothing", surface, session: null, how: "request" });
      expect([surface, reads, asPerson.dataUse, asPerson.personalized, asPerson.nothingUsed]).toEqual([surface, 0, "nothing", false, true]);
      const bare = { sessionId: null, surface, basket: ["tool1" as ItemId], n: 10, category: null, explain: "full", preview: true } as const;
      const asNobody = await recommend(shop, { ...bare, customerId: null, anonymousId: null, pageItems: ["tool1" as ItemId], dataUse: "nothing" });
      expect(asNobody.ok && asNobody.value.items, surface).toEqual(asPerson.items);
      spied.push(...asPerson.items.flatMap(({ reasons }) => reasons.map(({ kind }) => kind)));
    }
    expect(new Set(spied)).toEqual(new Set(["popularity"]));
  });

  it("everything, purchases and the visit each say what was used, and Global Privacy Control asks for the visit", async () => {
    await agree("levels");
    await live("levels", [
      { type: "purchase", item: "tool3", agoMs: 3 * dayMs, session: null },
      { type: "view", item: "tea2", agoMs: minuteMs, session: null },
    ]);
    for (const level of ["everything", "purchases", "visit"] as const)
      expect((await answer("levels", { level, surface: "for-you", session: null, how: "dial" })).dataUse).toBe(level);
    const person = (await gate.recognise(shop, names("levels")))!;
    await store.preferences.change(shop, [{ personId: person.personId, action: "clear", kind: "dial", key: "", value: "", at: now, by: "person" }]);
    const usable = await gate.usable(shop, person, { sessionId: null, atMost: null, gpc: true });
    expect([usable.level, usable.cause]).toEqual(["visit", "gpc"]);
    const chosen = { personId: person.personId, action: "set", kind: "dial", key: "", value: "everything", at: now, by: "person" } as const;
    await store.preferences.change(shop, [chosen]);
    expect((await gate.usable(shop, person, { sessionId: null, atMost: null, gpc: true })).level).toBe("everything");
    expect((await gate.usable(shop, person, { sessionId: null, atMost: "purchases", gpc: false })).level).toBe("purchases");
  });
});
