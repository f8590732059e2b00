import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConsentDecision, ConsentState } from "#domain/consent.ts";
import { type AnonymousId, type CustomerId, firstSeq, type PersonId, type ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { type Purpose, purposes } from "#domain/purpose.ts";
import type { Store } from "#storage/ports.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { createGate, type Gate } from "./gate.ts";
import { mergeConsents } from "./merge-consents.ts";
import { createPersonIds } from "./person-ids.ts";
import { createRecordConsents, type RecordConsents } from "./record-consents.ts";

const shop = "shop" as ShopId;
const anna: PersonName = { customerId: "anna" as CustomerId, anonymousId: null };
const device: PersonName = { customerId: null, anonymousId: "anna" as AnonymousId };
let [store, gate, record]: [Store, Gate, RecordConsents] = [] as never;
let tick = 0;

beforeEach(async () => {
  store = await openSqlite(":memory:");
  await store.shops.create({ shopId: shop, name: "s", currency: "GBP", createdAt: 0 }, { personKey: "secret", keyHashes: [] });
  await store.shops.create({ shopId: "other" as ShopId, name: "o", currency: "GBP", createdAt: 0 }, { personKey: "another", keyHashes: [] });
  const personIds = createPersonIds(store.shops);
  gate = createGate({ consents: store.consents, identities: store.identities, preferences: store.preferences, clock: () => 1000 + tick, personIds });
  record = createRecordConsents({ store, personIds, clock: () => 1000 + tick, freshId: () => `id-${tick++}` });
});
afterEach(() => store.close());

const decide = (names: PersonName, decisions: [Purpose, boolean][], source: "person" | "shop-asserted" = "person") =>
  record(shop, [{ names, purposes: new Map(decisions), source, notice: null, how: null }]);
const allows = async (names: PersonName, purpose: Purpose) => (await gate.allow(shop, await gate.recognise(shop, names), purpose)) !== null;

describe("gate", () => {
  it("fails closed: nobody, a stranger, the undecided and whoever said no", async () => {
    expect(await gate.recognise(shop, { customerId: null, anonymousId: null })).toBeNull();
    expect(await gate.allow(shop, null, "personalize")).toBeNull();
    expect(await allows(anna, "personalize")).toBe(false);
    await decide(anna, [
      ["measure", true],
      ["learn", false],
    ]);
    expect([await allows(anna, "measure"), await allows(anna, "learn"), await allows(anna, "personalize")]).toEqual([true, false, false]);
    expect(await allows(device, "measure")).toBe(false);
  });

  it("a withdrawal holds from the next request on", async () => {
    await decide(anna, [["personalize", true]]);
    const person = await gate.recognise(shop, anna);
    expect(await gate.allow(shop, person, "personalize")).toMatchObject({ purpose: "personalize", shopId: shop });
    await decide(anna, [["personalize", false]]);
    expect(await gate.allow(shop, person, "personalize")).toBeNull();
  });

  it("one shop's consent is no other's, and its person ids are its own", async () => {
    await decide(anna, [["personalize", true]]);
    const other = await gate.recognise("other" as ShopId, anna);
    expect(other!.personId).not.toBe((await gate.recognise(shop, anna))!.personId);
    expect(await gate.allow("other" as ShopId, other, "personalize")).toBeNull();
  });

  it("knows what was allowed at a position of the log", async () => {
    await decide(anna, [["learn", true]]);
    const [before, person] = [await store.log.head(shop), await gate.recognise(shop, anna)];
    await decide(anna, [["learn", false]]);
    const ids = [person!.personId, "nobody" as PersonId];
    expect([...(await gate.allowEach(shop, ids, "learn", before)).keys()]).toEqual([person!.personId]);
    expect((await gate.allowEach(shop, ids, "learn")).size).toBe(0);
  });

  it("property: the gate opens exactly when the last decision on that purpose is yes", async () => {
    const decision = fc.tuple(fc.constantFrom(...purposes), fc.boolean());
    let person = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(decision, { maxLength: 12 }), async (decisions) => {
        const names: PersonName = { customerId: `p${person++}` as CustomerId, anonymousId: null };
        for (const one of decisions) await decide(names, [one]);
        for (const purpose of purposes) expect(await allows(names, purpose)).toBe(decisions.findLast(([of]) => of === purpose)?.[1] === true);
      }),
      { numRuns: 30 },
    );
  });
});

describe("recording consents", () => {
  it("a shop's assertion fills a gap but never overrides the person, and repeating it writes nothing", async () => {
    await decide(anna, [["learn", false]]);
    await decide(
      anna,
      [
        ["learn", true],
        ["measure", true],
      ],
      "shop-asserted",
    );
    expect([await allows(anna, "learn"), await allows(anna, "measure")]).toEqual([false, true]);
    const head = await store.log.head(shop);
    await decide(
      anna,
      [
        ["learn", true],
        ["measure", true],
      ],
      "shop-asserted",
    );
    expect(await store.log.head(shop)).toBe(head);
    expect((await store.log.refs(shop, firstSeq, 10)).map((ref) => ref.kind)).toEqual(["consent", "consent"]);
  });
});

describe("merging consents", () => {
  const states = [undefined, true, false] as const;
  const stateOf = (granted: boolean | undefined): ConsentState => {
    const decision: ConsentDecision | undefined =
      granted === undefined ? undefined : { personId: "p" as PersonId, purpose: "learn", granted, at: 0, source: "person", notice: null, how: null };
    return new Map(decision === undefined ? [] : [["learn", decision]]);
  };

  it("truth table: no beats yes beats never asked, whichever side says it", () => {
    const table = states.flatMap((a) => states.map((b) => [a, b, mergeConsents(stateOf(a), stateOf(b)).get("learn")?.granted]));
    expect(table).toEqual([
      [undefined, undefined, undefined],
      [undefined, true, true],
      [undefined, false, false],
      [true, undefined, true],
      [true, true, true],
      [true, false, false],
      [false, undefined, false],
      [false, true, false],
      [false, false, false],
    ]);
    expect(mergeConsents(undefined, undefined).size).toBe(0);
  });
});
