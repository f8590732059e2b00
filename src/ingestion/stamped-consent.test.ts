import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AnonymousId, type CustomerId, firstSeq, type ItemId, type MessageId, type ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { eventPurposes, type Purpose } from "#domain/purpose.ts";
import { createPersonIds } from "#privacy/person-ids.ts";
import { createRecordConsents, type RecordConsents } from "#privacy/record-consents.ts";
import type { Store } from "#storage/ports.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { createIngest, type Ingest } from "./ingest.ts";
import type { IncomingMessage } from "./message.ts";

// What an event says about consent: the truth table of docs/decisions/0013, and what must hold whatever arrives in
// whatever order.

const shop = "shop" as ShopId;
const start = Date.UTC(2026, 4, 1);
let [store, ingest, record]: [Store, Ingest, RecordConsents] = [] as never;
let [number, now] = [0, start];

beforeEach(async () => {
  store = await openSqlite(":memory:");
  await store.shops.create({ shopId: shop, name: "s", currency: "GBP", createdAt: 0 }, { personKey: "secret", keyHashes: [] });
  const deps = { store, personIds: createPersonIds(store.shops), clock: () => now, freshId: () => `id-${number++}` };
  ingest = createIngest(deps);
  record = createRecordConsents(deps);
});
afterEach(() => store.close());

type Answers = Partial<Record<Purpose, boolean>>;
const mapOf = (answers: Answers) => new Map(Object.entries(answers)) as Map<Purpose, boolean>;
const visitor = (id: string): PersonName => ({ customerId: null, anonymousId: id as AnonymousId });
const decide = (names: PersonName, answers: Answers, source: "person" | "shop-asserted" = "person") =>
  record(shop, [{ names, purposes: mapOf(answers), source, notice: null, how: "banner" }]);
async function stateOf(names: PersonName): Promise<Answers> {
  const [name] = await createPersonIds(store.shops).ofNames(shop, names);
  const state = (await store.consents.current(shop, [name!.personId])).get(name!.personId);
  return Object.fromEntries([...(state ?? [])].map(([purpose, { granted }]) => [purpose, granted]));
}
type Said = { readonly stamp?: Answers; readonly decides?: Answers; readonly at?: number; readonly messageId?: string; readonly links?: boolean };
function message(names: PersonName, { stamp, decides, at = now, messageId = `m-${number++}`, links = false }: Said): IncomingMessage {
  return {
    names,
    event: {
      messageId: messageId as MessageId,
      type: links ? "identify" : "view",
      name: "Product Viewed",
      occurredAt: at,
      lines: links ? [] : [{ itemId: "mug" as ItemId, quantity: 1, unitPrice: 3 }],
      orderId: null,
      sessionId: null,
      recommendationId: null,
      currency: null,
    },
    seenItems: [],
    linksNames: links,
    stampedConsent: stamp === undefined ? null : mapOf(stamp),
    ...(decides === undefined ? {} : { decides: mapOf(decides) }),
    basis: "consent",
  };
}
const send = async (names: PersonName, said: Said) => (await ingest(shop, [message(names, said)]))[0]!.kind;
const minute = 60_000;

describe("a stamp on an event", () => {
  it("truth table: what was decided elsewhere, what is stamped, what holds afterwards", async () => {
    const answers = [undefined, true, false] as const;
    const table: unknown[] = [];
    for (const source of ["person", "shop-asserted"] as const)
      for (const decided of answers)
        for (const stamped of answers) {
          const names = visitor(`${source}-${decided}-${stamped}`);
          if (decided !== undefined) await decide(names, { learn: decided }, source);
          now += minute;
          // Another purpose says yes, so that the stamp is an answer.
          await send(names, { stamp: { measure: true, ...(stamped === undefined ? {} : { learn: stamped }) } });
          table.push([source, decided, stamped, (await stateOf(names)).learn]);
        }
    expect(table).toEqual([
      ["person", undefined, undefined, undefined],
      ["person", undefined, true, true],
      ["person", undefined, false, false],
      ["person", true, undefined, true],
      ["person", true, true, true],
      ["person", true, false, false],
      ["person", false, undefined, false],
      ["person", false, true, false],
      ["person", false, false, false],
      ["shop-asserted", undefined, undefined, undefined],
      ["shop-asserted", undefined, true, true],
      ["shop-asserted", undefined, false, false],
      ["shop-asserted", true, undefined, true],
      ["shop-asserted", true, true, true],
      ["shop-asserted", true, false, false],
      ["shop-asserted", false, undefined, false],
      ["shop-asserted", false, true, true],
      ["shop-asserted", false, false, false],
    ]);
  });

  it("of nothing but no, on somebody who was never asked, is no decision: nothing at all is stored", async () => {
    expect(await send(visitor("early"), { stamp: { personalize: false, learn: false, measure: false } })).toBe("drop");
    expect(await store.log.refs(shop, firstSeq, 10)).toEqual([]);
    expect(await store.identities.count(shop)).toBe(0);
  });

  it("opens, closes and opens again, each from its own event on", async () => {
    const anna = visitor("anna");
    const kinds: string[] = [];
    for (const learn of [true, false, true]) {
      now += minute;
      kinds.push(await send(anna, { stamp: { learn } }));
    }
    expect(kinds).toEqual(["ok", "drop", "ok"]);
    expect(await stateOf(anna)).toEqual({ learn: true });
  });

  it("that was sent again after the no does not take the no back", async () => {
    const anna = visitor("anna");
    const early = message(anna, { stamp: { learn: true } });
    await ingest(shop, [early]);
    now += minute;
    const lost = message(anna, { stamp: { learn: true } });
    now += minute;
    await send(anna, { decides: { learn: false } });
    now += minute;
    // The first had arrived, the second had not.
    const outcomes = await ingest(shop, [early, lost]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["drop", "drop"]);
    expect(await stateOf(anna)).toEqual({ learn: false });
  });

  it("within one batch each message meets what those before it decided", async () => {
    const anna = visitor("anna");
    const outcomes = await ingest(shop, [
      message(anna, { at: now }),
      message(anna, { at: now + 1, decides: { learn: true } }),
      message(anna, { at: now + 2 }),
      message(anna, { at: now + 3, decides: { learn: false } }),
      message(anna, { at: now + 4 }),
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["drop", "ok", "ok", "drop", "drop"]);
  });

  it("holds for all devices of a person", async () => {
    const both: PersonName = { customerId: "anna" as CustomerId, anonymousId: "phone" as AnonymousId };
    await send(both, { stamp: { learn: true }, links: true });
    now += minute;
    await send({ ...both, anonymousId: null }, { decides: { learn: false } });
    expect(await stateOf(visitor("phone"))).toEqual({ learn: false });
  });
});

describe("a decision that comes as an event", () => {
  it("takes back a no given elsewhere, and is kept though its event is not", async () => {
    const anna = visitor("anna");
    await decide(anna, { learn: false });
    now += minute;
    expect(await send(anna, { stamp: { learn: true } })).toBe("drop");
    expect(await send(anna, { decides: { learn: true }, stamp: { learn: true } })).toBe("ok");
    now += minute;
    expect(await send(anna, { decides: { learn: false, email: false }, stamp: { learn: false } })).toBe("drop");
    expect(await stateOf(anna)).toEqual({ learn: false, email: false });
  });

  it("of long ago changes nothing; a no that is late does", async () => {
    const anna = visitor("anna");
    await decide(anna, { learn: true, measure: false });
    await send(anna, { decides: { learn: false, measure: true }, at: now - 7 * 86_400_000 });
    expect(await stateOf(anna)).toEqual({ learn: true, measure: false });
    await send(anna, { decides: { learn: false, measure: true }, at: now - minute });
    expect(await stateOf(anna)).toEqual({ learn: false, measure: false });
  });
});

it("property: a no of the person's own is never taken back by stamps, in whatever order they come", async () => {
  const answer = fc.option(fc.boolean(), { nil: undefined });
  const stamp = fc.record({ personalize: answer, learn: answer, measure: answer });
  let person = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(stamp, fc.integer({ min: -90, max: 90 })), { maxLength: 8 }), fc.nat(7), async (stamps, refusedAt) => {
      const names = visitor(`p${person++}`);
      let hasRefused = false;
      for (const [index, [said, minutes]] of stamps.entries()) {
        now += minute;
        if (index === refusedAt) {
          await decide(names, { learn: false });
          hasRefused = true;
        }
        const before = await store.log.size(shop);
        const given = Object.fromEntries(Object.entries(said).filter(([, granted]) => granted !== undefined)) as Answers;
        const kind = await send(names, { stamp: given, at: now + minutes * minute });
        const state = await stateOf(names);
        if (hasRefused) expect(state.learn).toBe(false);
        // Stored exactly when some purpose is in force and not narrowed away.
        const allowed = eventPurposes.some((purpose) => state[purpose] === true && given[purpose] !== false);
        expect(kind).toBe(allowed ? "ok" : "drop");
        if (!allowed) expect((await store.log.size(shop)).events).toBe(before.events);
      }
    }),
    { numRuns: 60 },
  );
});

describe("the shop's standing word", () => {
  const standing = { purposes: ["personalize", "learn"], notice: "privacy-2026" } as const;
  const kindOf = async (...messages: IncomingMessage[]) => (await ingest(shop, messages)).map(({ kind }) => kind);

  it("counts for whoever decided nothing, and is written down as the shop's", async () => {
    expect(await kindOf(message(visitor("v"), {}))).toEqual(["drop"]);
    await store.shops.setStandingConsent(shop, standing);
    expect(await store.shops.standingConsent(shop)).toEqual(standing);
    expect(await kindOf(message(visitor("v"), {}), message(visitor("v"), {}))).toEqual(["ok", "ok"]);
    const [name] = await createPersonIds(store.shops).ofNames(shop, visitor("v"));
    const decisions = [...(await store.consents.current(shop, [name!.personId])).get(name!.personId)!.values()];
    expect(decisions.map(({ purpose, granted, source, notice, how }) => ({ purpose, granted, source, notice, how }))).toEqual(
      ["personalize", "learn"].map((purpose) => ({ purpose, granted: true, source: "shop-asserted", notice: "privacy-2026", how: "standing" })),
    );
    await store.shops.setStandingConsent(shop, null);
    expect(await kindOf(message(visitor("w"), {}))).toEqual(["drop"]);
  });

  it("is silent where the person, or their consent manager, has said anything", async () => {
    await store.shops.setStandingConsent(shop, standing);
    await decide(visitor("no"), { measure: false });
    expect(await kindOf(message(visitor("no"), {}))).toEqual(["drop"]);
    expect(await kindOf(message(visitor("unasked"), { stamp: { personalize: false, learn: false, measure: false } }))).toEqual(["drop"]);
    const malformed: IncomingMessage = { ...message(visitor("odd"), {}), stampedConsent: "malformed" };
    expect(await kindOf(malformed)).toEqual(["drop"]);
    expect(await kindOf(message(visitor("v"), {}))).toEqual(["ok"]);
    await decide(visitor("v"), { personalize: false, learn: false });
    expect(await kindOf(message(visitor("v"), {}))).toEqual(["drop"]);
  });
});

describe("a no that comes between", () => {
  it("stands, though a yes in passing was decided before it was known", async () => {
    // Both are decided on what was in force before either was written.
    const current = store.consents.current.bind(store.consents);
    let hold = Promise.resolve();
    let release = () => {};
    hold = new Promise((resolve) => (release = resolve));
    const slow = {
      ...store,
      consents: {
        ...store.consents,
        current: async (...asked: Parameters<typeof current>) => {
          const states = await current(...asked);
          await hold;
          return states;
        },
      },
    };
    const late = createIngest({ store: slow, personIds: createPersonIds(store.shops), clock: () => now, freshId: () => `id-${number++}` });
    const yes = late(shop, [message(visitor("v"), { stamp: { personalize: true, learn: true, measure: true } })]);
    await decide(visitor("v"), { personalize: false });
    release();
    expect((await yes).map(({ kind }) => kind)).toEqual(["ok"]);
    expect(await stateOf(visitor("v"))).toEqual({ personalize: false, learn: true, measure: true });
  });
});
