import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import { type AnonymousId, type CustomerId, firstSeq, type ItemId, type MessageId, type RecommendationId, type ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { eventPurposes, type Purpose } from "#domain/purpose.ts";
import { createGate } from "#privacy/gate.ts";
import { createPersonIds } from "#privacy/person-ids.ts";
import { createRecordConsents, type RecordConsents } from "#privacy/record-consents.ts";
import type { Store } from "#storage/ports.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { createIngest, type Ingest } from "./ingest.ts";
import type { IncomingMessage } from "./message.ts";

const shop = "shop" as ShopId;
const now = Date.UTC(2026, 4, 1);
let [store, ingest, record]: [Store, Ingest, RecordConsents] = [] as never;
let number = 0;

beforeEach(async () => {
  store = await openSqlite(":memory:");
  await store.shops.create({ shopId: shop, name: "s", currency: "GBP", createdAt: 0 }, { personKey: "secret", keyHashes: [] });
  const deps = { store, personIds: createPersonIds(store.shops), clock: () => now, freshId: () => `id-${number++}` };
  ingest = createIngest(deps);
  record = createRecordConsents(deps);
});
afterEach(() => store.close());

const customer = (id: string): PersonName => ({ customerId: id as CustomerId, anonymousId: null });
const anonymous = (id: string): PersonName => ({ customerId: null, anonymousId: id as AnonymousId });
function message(names: PersonName, more: Partial<IncomingMessage["event"]> = {}, rest: Partial<IncomingMessage> = {}): IncomingMessage {
  return {
    names,
    event: {
      messageId: `m-${number++}` as MessageId,
      type: "view",
      name: "Product Viewed",
      occurredAt: now - 1000,
      lines: [{ itemId: "mug" as ItemId, quantity: 1, unitPrice: 3 }],
      orderId: null,
      sessionId: null,
      recommendationId: null,
      currency: null,
      ...more,
    },
    seenItems: [{ itemId: "mug" as ItemId, title: "A mug", category: "Kitchen", brand: null, price: 3 }],
    linksNames: false,
    stampedConsent: null,
    basis: "consent",
    ...rest,
  };
}
const decide = (names: PersonName, purposes: Partial<Record<Purpose, boolean>>) =>
  record(shop, [{ names, purposes: new Map(Object.entries(purposes)) as Map<Purpose, boolean>, source: "person", notice: null, how: null }]);
const gate = () =>
  createGate({
    consents: store.consents,
    identities: store.identities,
    preferences: store.preferences,
    clock: () => now,
    personIds: createPersonIds(store.shops),
  });
async function historyOf(names: PersonName, purpose: Purpose = "personalize") {
  const allowed = await gate().allow(shop, await gate().recognise(shop, names), purpose);
  return allowed === null ? null : (await store.log.history(allowed, { limit: 100 })).map((event) => event.messageId);
}

describe("ingest", () => {
  it("stores nothing of a person who allowed nothing", async () => {
    await decide(customer("no"), { personalize: false, learn: false });
    const outcomes = await ingest(shop, [message(customer("stranger")), message(customer("no"))]);
    expect(outcomes).toEqual(Array(2).fill({ kind: "drop", reason: "NO_CONSENT" }));
    expect((await store.log.refs(shop, firstSeq, 10)).map((ref) => ref.kind)).toEqual(["consent", "consent"]);
    expect(await store.catalogue.count(shop, null)).toBe(0);
  });

  it("keeps an allowed event once, and the little it says about the item", async () => {
    await decide(customer("anna"), { personalize: true });
    const one = message(customer("anna"));
    expect((await ingest(shop, [one, one])).map((outcome) => outcome.kind)).toEqual(["ok", "drop"]);
    expect(await ingest(shop, [one])).toEqual([{ kind: "drop", reason: "DUPLICATE" }]);
    expect(await historyOf(customer("anna"))).toEqual([one.event.messageId]);
    expect((await store.catalogue.all(shop))[0]).toMatchObject({ itemId: "mug", title: "A mug", source: "event" });
  });

  it("a no stays with the event: a later yes does not reach back over it", async () => {
    await decide(customer("anna"), { measure: true, personalize: false });
    const before = message(customer("anna"));
    await ingest(shop, [before]);
    await decide(customer("anna"), { personalize: true });
    const after = message(customer("anna"));
    await ingest(shop, [after]);
    expect(await historyOf(customer("anna"))).toEqual([after.event.messageId]);
    expect(await historyOf(customer("anna"), "measure")).toEqual([before.event.messageId, after.event.messageId]);
  });

  it("a no stamped on the event narrows; a stamp that cannot be read narrows everything and decides nothing", async () => {
    await decide(customer("anna"), { personalize: true, learn: true });
    const stamped = message(customer("anna"), {}, { stampedConsent: new Map([["learn", false]]) });
    const outcomes = await ingest(shop, [stamped, message(customer("anna"), {}, { stampedConsent: "malformed" })]);
    expect(outcomes.map((outcome) => (outcome.kind === "drop" ? outcome.reason : outcome.kind))).toEqual(["ok", "NO_CONSENT"]);
    expect(await historyOf(customer("anna"), "learn")).toBeNull();
    await decide(customer("anna"), { learn: true });
    expect(await historyOf(customer("anna"), "learn")).toEqual([]);
    expect(await historyOf(customer("anna"))).toEqual([stamped.event.messageId]);
  });

  it("orders kept as records are used for nobody until the person is asked", async () => {
    const order = message(customer("anna"), { type: "purchase" }, { basis: "order-record" });
    expect((await ingest(shop, [order]))[0]!.kind).toBe("ok");
    expect(await historyOf(customer("anna"))).toBeNull();
    await decide(customer("anna"), { personalize: true });
    expect(await historyOf(customer("anna"))).toEqual([order.event.messageId]);
  });

  it("cuts the thread to what was shown where measuring is not allowed", async () => {
    await decide(customer("anna"), { personalize: true });
    await decide(customer("ben"), { measure: true });
    const clicked = { recommendationId: "r1" as RecommendationId };
    await ingest(shop, [message(customer("anna"), clicked), message(customer("ben"), clicked)]);
    const read = async (names: PersonName, purpose: Purpose) => {
      const allowed = await gate().allow(shop, await gate().recognise(shop, names), purpose);
      return (await store.log.history(allowed!, { limit: 1 }))[0]!.recommendationId;
    };
    expect([await read(customer("anna"), "personalize"), await read(customer("ben"), "measure")]).toEqual([null, "r1"]);
  });

  it("puts aside what cannot be true, and keeps the rest of the batch", async () => {
    await decide(customer("anna"), { learn: true });
    const anna = customer("anna");
    const line = (more: object) => ({ lines: [{ itemId: "mug" as ItemId, quantity: 1, unitPrice: 1, ...more }] });
    const outcomes = await ingest(shop, [
      message({ customerId: null, anonymousId: null }),
      message(anna, { occurredAt: now + 3 * dayMs }),
      message(anna, { occurredAt: 1_700_000_000 }),
      message(anna, { occurredAt: Number.NaN }),
      message(customer("x".repeat(10_000))),
      message(anna, line({ itemId: "a\u0000b" })),
      message(anna, line({ quantity: -1 })),
      message(anna, line({ unitPrice: -1 })),
      message(anna),
    ]);
    const told = outcomes.map((outcome) => (outcome.kind === "dead-letter" ? outcome.problem.code : outcome.kind));
    expect(told).toEqual([
      "PERSON_MISSING",
      "EVENT_TIME_FUTURE",
      "EVENT_TIME_PAST",
      "EVENT_TIME_INVALID",
      "ID_INVALID",
      "ID_INVALID",
      "EVENT_INVALID",
      "EVENT_INVALID",
      "ok",
    ]);
  });

  it("property: an event is stored exactly when some purpose is allowed: decided, or stamped where nothing was decided", async () => {
    const answer = fc.constantFrom(undefined, true, false);
    const answers = fc.record({ personalize: answer, learn: answer, measure: answer });
    await fc.assert(
      fc.asyncProperty(answers, answers, async (decided, stamped) => {
        const names = customer(`p${number++}`);
        const said = Object.fromEntries(Object.entries(decided).filter(([, granted]) => granted !== undefined));
        await decide(names, said);
        const stampedConsent = new Map(Object.entries(stamped).filter(([, granted]) => granted !== undefined)) as Map<Purpose, boolean>;
        const [outcome] = await ingest(shop, [message(names, {}, { stampedConsent })]);
        const expected = eventPurposes.some((purpose) => (decided[purpose] ?? stamped[purpose]) === true && stamped[purpose] !== false);
        expect(outcome!.kind).toBe(expected ? "ok" : "drop");
      }),
      { numRuns: 60 },
    );
  });
});

describe("identify", () => {
  const both: PersonName = { customerId: "anna" as CustomerId, anonymousId: "phone" as AnonymousId };
  const identify = (names = both) => message(names, { type: "identify", name: "identify", lines: [] }, { linksNames: true, seenItems: [] });

  it("joins a device's history to its customer's, both ways", async () => {
    await decide(anonymous("phone"), { personalize: true });
    await decide(customer("anna"), { personalize: true });
    const [onPhone, signedIn] = [message(anonymous("phone")), message(customer("anna"))];
    await ingest(shop, [onPhone, signedIn]);
    expect(await historyOf(customer("anna"))).toEqual([signedIn.event.messageId]);
    expect((await ingest(shop, [identify()]))[0]!.kind).toBe("ok");
    for (const names of [customer("anna"), anonymous("phone")]) {
      expect(await historyOf(names)).toEqual(expect.arrayContaining([onPhone.event.messageId, signedIn.event.messageId]));
    }
  });

  it("the stricter decision holds for both from then on", async () => {
    await decide(anonymous("phone"), { personalize: false, measure: true });
    await decide(customer("anna"), { personalize: true });
    await ingest(shop, [message(customer("anna")), identify()]);
    expect([await historyOf(customer("anna")), await historyOf(anonymous("phone"))]).toEqual([null, null]);
    expect((await historyOf(anonymous("phone"), "measure"))!.length).toBeGreaterThan(0);
  });

  it("a yes given on the device carries over to a customer who was never asked", async () => {
    await decide(anonymous("phone"), { personalize: true });
    await ingest(shop, [message(anonymous("phone")), identify()]);
    expect((await historyOf(customer("anna")))!.length).toBeGreaterThan(0);
  });

  it("a shared device stays with whom it was linked to first", async () => {
    await decide(anonymous("phone"), { personalize: true });
    const onPhone = message(anonymous("phone"));
    await ingest(shop, [onPhone, identify()]);
    await decide(customer("ben"), { personalize: true });
    await ingest(shop, [identify({ customerId: "ben" as CustomerId, anonymousId: "phone" as AnonymousId })]);
    expect(await historyOf(customer("ben"))).not.toContain(onPhone.event.messageId);
    expect(await historyOf(customer("anna"))).toContain(onPhone.event.messageId);
  });
});
