import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import type { CustomerId, ItemId, MessageId, ShopId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import type { Purpose } from "#domain/purpose.ts";
import { createIngest, type Ingest } from "#ingestion/ingest.ts";
import type { IncomingMessage } from "#ingestion/message.ts";
import { servableModels } from "#models/catalogue.ts";
import { createGate, type Gate } from "#privacy/gate.ts";
import { createPersonIds } from "#privacy/person-ids.ts";
import { createRecordConsents, type RecordConsents } from "#privacy/record-consents.ts";
import type { Store } from "#storage/ports.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { drawTrial } from "./draw-trial.ts";
import { judgeModels } from "./judge-models.ts";
import { createLearner } from "./learn.ts";
import { openShopLearner } from "./shop-learner.ts";

const shop = "shop" as ShopId;
const now = 20_500 * dayMs;
let [store, gate, ingest, record]: [Store, Gate, Ingest, RecordConsents] = [] as never;
let number = 0;

beforeEach(async () => {
  store = await openSqlite(":memory:");
  await store.shops.create({ shopId: shop, name: "s", currency: "GBP", createdAt: 0 }, { personKey: "secret", keyHashes: [] });
  const personIds = createPersonIds(store.shops);
  gate = createGate({ consents: store.consents, identities: store.identities, preferences: store.preferences, clock: () => now, personIds });
  const deps = { store, personIds, clock: () => now, freshId: () => `id-${number++}` };
  ingest = createIngest(deps);
  record = createRecordConsents(deps);
});
afterEach(() => store.close());

const names = (who: string) => ({ customerId: who as CustomerId, anonymousId: null });
const decide = (who: string, purpose: Purpose, granted: boolean) =>
  record(shop, [{ names: names(who), purposes: new Map([[purpose, granted]]), source: "person", notice: null, how: null }]);
function did(
  who: string,
  type: "view" | "purchase" | "return",
  items: readonly string[],
  day: number,
  basis: IncomingMessage["basis"] = "consent",
): IncomingMessage {
  const messageId = `m-${number++}` as MessageId;
  const lines = items.map((item) => ({ itemId: item as ItemId, quantity: 1, unitPrice: 1 }));
  const event = {
    messageId,
    type,
    name: type,
    occurredAt: now - day * dayMs,
    lines,
    orderId: null,
    sessionId: null,
    recommendationId: null,
    currency: null,
  };
  return { names: names(who), event, seenItems: [], linksNames: false, stampedConsent: null, basis };
}
/** As if it had never happened. */
async function retract({ names: { customerId }, event }: IncomingMessage): Promise<void> {
  const name = await createPersonIds(store.shops).of(shop, "customer", customerId!);
  await store.log.append(shop, [{ kind: "retract", messageId: `r-${number++}` as MessageId, name, targets: [event.messageId], at: now }]);
}
const learner = () => openShopLearner(shop, { store, gate, clock: () => now });
async function rebuilt(): Promise<Uint8Array> {
  const consumers = { ...store.consumers, load: async () => ({ cursor: 0 as never, state: null, epoch: 0 }) };
  const fresh = await openShopLearner(shop, { store: { ...store, consumers }, gate, clock: () => now });
  await fresh.catchUp();
  return fresh.encoded();
}

describe("the learning consumer", () => {
  type Act =
    | { kind: "consent"; who: number; granted: boolean }
    | { kind: "event"; who: number; type: "view" | "purchase" | "return"; items: number[]; day: number }
    | { kind: "retract"; event: number }
    | { kind: "learn" | "crash" };
  const act: fc.Arbitrary<Act> = fc.oneof(
    fc.record({ kind: fc.constant("consent" as const), who: fc.nat(3), granted: fc.boolean() }),
    fc.record({
      kind: fc.constant("event" as const),
      who: fc.nat(3),
      type: fc.constantFrom("view" as const, "purchase" as const, "return" as const),
      items: fc.array(fc.nat(6), { minLength: 1, maxLength: 3 }),
      day: fc.nat(30),
    }),
    fc.record({ kind: fc.constant("retract" as const), event: fc.nat(30) }),
    fc.record({ kind: fc.constantFrom("learn" as const, "crash" as const) }),
  );

  it("ends where entries come in all the time, with all that was there when it was asked", async () => {
    await decide("a", "learn", true);
    await ingest(shop, [did("a", "view", ["i0"], 1)]);
    // Whoever is learnt does something else meanwhile.
    const histories: Store["log"]["histories"] = async (...asked) => {
      await ingest(shop, [did("a", "view", [`i${number % 5}`], 1)]);
      return store.log.histories(...asked);
    };
    const log = { ...store.log, histories };
    const learning = await openShopLearner(shop, { store: { ...store, log }, gate, clock: () => now });
    for (let round = 0; round < 3; round++) {
      const head = await store.log.head(shop);
      expect(await learning.catchUp()).toBe(true);
      expect(learning.cursor()).toBe(head);
    }
    expect(await store.log.head(shop)).toBeGreaterThan(learning.cursor());
  });

  it("property: whatever happens, in whatever pieces it is learnt, the counts are those of a rebuild from zero", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 40 }), async (acts) => {
        const prefix = `run${number++}-`;
        let learning = await learner();
        const events: IncomingMessage[] = [];
        for (const one of acts) {
          if (one.kind === "consent") await decide(`${prefix}${one.who}`, "learn", one.granted);
          else if (one.kind === "event") {
            const items = one.items.map((item) => `i${item}`);
            events.push(did(`${prefix}${one.who}`, one.type, items, one.day, "order-record"));
            await ingest(shop, [events.at(-1)!]);
          } else if (one.kind === "retract") {
            const event = events[one.event % Math.max(1, events.length)];
            if (event !== undefined) await retract(event);
          } else if (one.kind === "crash") learning = await learner();
          else {
            await learning.catchUp();
            await learning.checkpoint();
          }
        }
        await learning.catchUp();
        expect(learning.encoded()).toEqual(await rebuilt());
      }),
      { numRuns: 40 },
    );
  });

  it("whoever withdraws leaves counts as if they had never been there", async () => {
    await decide("anna", "learn", true);
    await ingest(shop, [did("anna", "purchase", ["mug", "pot"], 3)]);
    const learning = await learner();
    await learning.catchUp();
    const without = learning.encoded();
    await decide("ben", "learn", true);
    await ingest(shop, [did("ben", "purchase", ["mug", "lid"], 2), did("ben", "view", ["pot"], 1)]);
    await learning.catchUp();
    expect(learning.encoded()).not.toEqual(without);
    await decide("ben", "learn", false);
    await learning.catchUp();
    expect(learning.encoded()).toEqual(without);
  });

  it("what was taken back leaves counts as if it had never happened", async () => {
    await decide("anna", "learn", true);
    await ingest(shop, [did("anna", "purchase", ["mug", "pot"], 3)]);
    const learning = await learner();
    await learning.catchUp();
    const without = learning.encoded();
    const order = did("anna", "purchase", ["mug", "lid"], 2);
    await ingest(shop, [order]);
    await learning.catchUp();
    expect(learning.encoded()).not.toEqual(without);
    await retract(order);
    expect(await learning.catchUp()).toBe(true);
    expect(learning.encoded()).toEqual(without);
  });

  it("learns nothing from people who allow other purposes only, or nothing", async () => {
    await decide("anna", "personalize", true);
    await ingest(shop, [did("anna", "purchase", ["mug"], 1), did("ben", "purchase", ["mug"], 1, "order-record")]);
    const learning = await learner();
    expect(await learning.catchUp()).toBe(false);
    expect(learning.counts().ids.size()).toBe(0);
  });

  it("of two learners, the one that lost the cursor takes over what the other has saved", async () => {
    await decide("anna", "learn", true);
    await ingest(shop, [did("anna", "purchase", ["mug"], 1)]);
    const [first, second] = [await learner(), await learner()];
    await first.catchUp();
    await second.catchUp();
    expect([await first.checkpoint(), await second.checkpoint()]).toEqual([true, false]);
    expect(second.encoded()).toEqual(first.encoded());
    await ingest(shop, [did("anna", "purchase", ["pot"], 1)]);
    await second.catchUp();
    expect(second.encoded()).toEqual(await rebuilt());
  });
});

describe("learn", () => {
  const seconds = () => 0;

  async function fill(people: number): Promise<void> {
    for (let person = 0; person < people; person++) {
      await decide(`p${person}`, "learn", true);
      const taste = person < people / 2 ? "a" : "b";
      const acts = [0, 1, 2].map((step) => did(`p${person}`, "purchase", [`${taste}${(person + step * 3) % 10}`], 20 - step));
      await ingest(shop, acts);
    }
  }

  it("publishes every model with a card, and nothing when nothing changed", async () => {
    await fill(80);
    const learning = createLearner({ store, gate, clock: () => now, seconds });
    const learned = await learning.learn(shop);
    expect(learned.models.map(({ name, version }) => [name, version])).toEqual([
      ["linear", 1],
      ["together", 1],
      ["popular", 1],
      ["trending", 1],
    ]);
    const card = learned.models[0]!.card;
    expect(card).toMatchObject({ counts: { people: 80, items: 20 }, params: { neighbours: 200 } });
    expect(card.metrics!["hr@10"]).toBeGreaterThan(card.metrics!["popular.hr@10"]!);
    expect(card.from! < card.to!).toBe(true);
    expect(await learning.learn(shop)).toEqual({ changed: false, cursor: await store.log.head(shop), models: [] });
    expect((await store.models.cards(shop)).map(({ name, version }) => `${name} ${version}`)).toEqual([
      "linear 1",
      "popular 1",
      "together 1",
      "trending 1",
    ]);
  });

  it("says nothing about quality before there are enough people", async () => {
    await fill(10);
    const learned = await createLearner({ store, gate, clock: () => now, seconds }).learn(shop);
    expect(learned.models[0]!.card.metrics).toBeNull();
  });

  const artefact = async (name: string) => (await store.models.latest(shop, name))!.artefact;
  const described = (itemId: string, title: string): CatalogueItem => ({
    itemId: itemId as ItemId,
    title,
    description: null,
    url: null,
    imageUrl: null,
    categories: ["Shelf"],
    brand: null,
    price: null,
    currency: null,
    stock: null,
    available: true,
    attributes: {},
    releasedAt: null,
    source: "shop",
    createdAt: now,
    updatedAt: now,
  });

  it("round after round publishes what a learner publishes that begins anew", async () => {
    await fill(30);
    await store.catalogue.put(shop, [described("a1", "Brass lamp"), described("b1", "Brass bell"), described("b2", "Oak bell")]);
    const learning = createLearner({ store, gate, clock: () => now, seconds });
    const rounds = [
      () => ingest(shop, [did("p1", "purchase", ["a-new-item", "a3"], 1)]),
      () => decide("p2", "learn", false),
      () => ingest(shop, [did("p3", "return", ["a3"], 0), did("p4", "view", ["b9"], 0)]),
      () => store.catalogue.put(shop, [described("never-sold", "Brass lamp, large")]),
    ];
    await learning.learn(shop);
    for (const happen of rounds) {
      await happen();
      expect((await learning.learn(shop)).changed).toBe(true);
      const followed = await Promise.all(["linear", "together", "popular", "trending"].map(artefact));
      await createLearner({ store, gate, clock: () => now, seconds }).learn(shop, { always: true });
      expect(await Promise.all(["linear", "together", "popular", "trending"].map(artefact))).toEqual(followed);
    }
    expect(servableModels.linear.load(await artefact("linear")).ids.indexOf("never-sold" as ItemId)).toBeDefined();
  });

  it("judging leaves the counts as they were", async () => {
    await fill(80);
    const learning = await learner();
    await learning.catchUp();
    const [before, touched] = [learning.encoded(), learning.touched()];
    const trial = await drawTrial(shop, learning.cursor(), { store, gate });
    expect(trial!.heldOut.length).toBeGreaterThan(50);
    judgeModels(learning.counts(), null, trial!, 1);
    expect([learning.encoded(), learning.touched()]).toEqual([before, touched]);
  });

  it("writes the counts seldom when writing takes long, and on closing", async () => {
    await fill(10);
    let time = 0;
    // Whatever is timed takes a second.
    const learning = createLearner({ store, gate, clock: () => now, seconds: () => time++ });
    const savedCursor = async () => (await store.consumers.load(shop, "learn")).cursor;
    await learning.learn(shop);
    const first = await savedCursor();
    expect(first).toBe(await store.log.head(shop));
    await ingest(shop, [did("p1", "purchase", ["a5"], 1)]);
    await learning.learn(shop);
    expect(await savedCursor()).toBe(first);
    time += 1000;
    await learning.learn(shop);
    const second = await savedCursor();
    expect(second).toBeGreaterThan(first);
    await ingest(shop, [did("p1", "purchase", ["a6"], 1)]);
    await learning.learn(shop);
    await learning.close();
    expect(await savedCursor()).toBe(await store.log.head(shop));
  });
});
