import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import { identityLimits } from "#domain/identity-link.ts";
import type { AnonymousId, CustomerId, ItemId, MessageId, PersonId, ShopId } from "#domain/ids.ts";
import { mintAllowed } from "#domain/mint-allowed.ts";
import type { PersonName } from "#domain/person.ts";
import type { Purpose } from "#domain/purpose.ts";
import { countIdentityLimits } from "#privacy/count-identity-limits.ts";
import { createGate, type Gate } from "#privacy/gate.ts";
import { createManageIdentities, type ManageIdentities } from "#privacy/manage-identities.ts";
import { createPersonIds, type PersonIds } from "#privacy/person-ids.ts";
import { createRecordConsents, type RecordConsents } from "#privacy/record-consents.ts";
import type { Store } from "#storage/ports.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { createIngest, type Ingest } from "./ingest.ts";
import type { IncomingMessage } from "./message.ts";

const start = 20_500 * dayMs;
let now = start;
let [store, personIds, gate, ingest, record, identities]: [Store, PersonIds, Gate, Ingest, RecordConsents, ManageIdentities] = [] as never;
let counts: Readonly<Record<string, number>> = {};
let number = 0;

beforeAll(async () => {
  const opened = await openSqlite(":memory:");
  const limited = countIdentityLimits(opened.log);
  store = { ...opened, log: limited.log };
  counts = limited.counts;
  personIds = createPersonIds(store.shops);
  gate = createGate({ consents: store.consents, identities: store.identities, preferences: store.preferences, clock: () => now, personIds });
  const deps = { store, personIds, clock: () => now, freshId: () => `id-${number++}` };
  ingest = createIngest(deps);
  record = createRecordConsents(deps);
  identities = createManageIdentities(deps);
});
afterAll(() => store.close());

async function freshShop(): Promise<ShopId> {
  const shopId = `shop-${number++}` as ShopId;
  await store.shops.create({ shopId, name: shopId, currency: "GBP", createdAt: 0 }, { personKey: "secret", keyHashes: [] });
  return shopId;
}
const customer = (id: string): PersonName => ({ customerId: id as CustomerId, anonymousId: null });
const device = (id: string): PersonName => ({ customerId: null, anonymousId: id as AnonymousId });
const both = (customerId: string, anonymousId: string): PersonName => ({
  customerId: customerId as CustomerId,
  anonymousId: anonymousId as AnonymousId,
});
function message(kind: "view" | "identify" | "alias", names: PersonName, minute: number, id = `m${number++}`): IncomingMessage {
  const lines = kind === "view" ? [{ itemId: "mug" as ItemId, quantity: 1, unitPrice: 3 }] : [];
  const plain = { orderId: null, sessionId: null, recommendationId: null, currency: null };
  const event = {
    messageId: id as MessageId,
    type: kind === "view" ? ("view" as const) : ("identify" as const),
    name: kind === "view" ? "Product Viewed" : kind,
  };
  return {
    names,
    event: { ...event, ...plain, occurredAt: start - dayMs + minute * 60_000, lines },
    seenItems: [],
    linksNames: kind !== "view",
    stampedConsent: null,
    basis: "consent",
  };
}
const decide = (shop: ShopId, names: PersonName, purposes: Partial<Record<Purpose, boolean>>, source: "person" | "shop-asserted" = "person") =>
  record(shop, [{ names, purposes: new Map(Object.entries(purposes)) as Map<Purpose, boolean>, source, notice: null, how: null }]);
const say = async (shop: ShopId, ...messages: IncomingMessage[]) => (await ingest(shop, messages)).map((one) => one.kind);
async function seen(shop: ShopId, names: PersonName): Promise<string[] | null> {
  const leave = await gate.allow(shop, await gate.recognise(shop, names), "personalize");
  if (leave === null) return null;
  return (await store.log.history(leave, { limit: 500, types: ["view"] })).map(({ messageId }) => messageId).sort();
}
async function allows(shop: ShopId, names: PersonName, purpose: Purpose): Promise<boolean> {
  return (await gate.allow(shop, await gate.recognise(shop, names), purpose)) !== null;
}
/** Every name that is stored, and with whom it is one. */
async function clusters(shop: ShopId): Promise<Record<string, unknown>> {
  const refs = await store.log.refs(shop, 0 as never, 10_000);
  const links = await store.identities.linksAmong(shop, [...new Set(refs.map(({ personId }) => personId))]);
  const all = new Set(refs.map(({ personId }) => personId));
  for (const { baseId, rootId, sessionId } of links) for (const id of [baseId, rootId, sessionId]) if (id !== null) all.add(id);
  const found = await store.identities.clusters(shop, [...all]);
  return Object.fromEntries(
    [...all].sort().map((personId) => [personId, [found.get(personId)?.rootId, ...(found.get(personId)?.memberIds ?? []).toSorted()]]),
  );
}
const consented = async (shop: ShopId, ...names: PersonName[]) => {
  for (const one of names) await decide(shop, one, { personalize: true });
};

describe("one person", () => {
  it("across devices: what was done before the sign-in, after it, on the phone and on the laptop", async () => {
    const shop = await freshShop();
    await consented(shop, customer("anna"), device("phone"), device("laptop"));
    await say(shop, message("view", device("phone"), 1, "a"), message("view", device("laptop"), 2, "b"));
    await say(shop, message("identify", both("anna", "phone"), 3), message("view", customer("anna"), 4, "c"));
    await say(
      shop,
      message("view", device("phone"), 5, "d"),
      message("view", both("anna", "laptop"), 6, "e"),
      message("view", device("laptop"), 7, "f"),
    );
    for (const names of [customer("anna"), device("phone"), device("laptop"), both("anna", "laptop")])
      expect(await seen(shop, names)).toEqual(["a", "b", "c", "d", "e", "f"]);
  });

  it("in one batch: the sign-in and what comes after it without the name", async () => {
    const shop = await freshShop();
    await consented(shop, customer("anna"), device("phone"));
    expect(await say(shop, message("identify", both("anna", "phone"), 3), message("view", device("phone"), 4, "a"))).toEqual(["ok", "ok"]);
    expect(await seen(shop, customer("anna"))).toEqual(["a"]);
  });

  it("under two customer ids, by alias, whether or not the earlier one was met before", async () => {
    const shop = await freshShop();
    await consented(shop, customer("anna"), customer("anna@old"), device("phone"));
    await say(shop, message("view", customer("anna@old"), 1, "a"), message("identify", both("anna@old", "phone"), 2));
    await say(shop, message("alias", both("anna", "anna@old"), 3), message("view", device("phone"), 4, "b"));
    expect(await seen(shop, customer("anna"))).toEqual(["a", "b"]);
    const other = await freshShop();
    await consented(other, customer("anna"));
    await say(other, message("alias", both("anna", "anna@old"), 3));
    expect(await say(other, message("view", customer("anna@old"), 4, "c"))).toEqual(["ok"]);
    expect(await seen(other, customer("anna"))).toEqual(["c"]);
    expect(await store.identities.list(other, "customer", 9)).toHaveLength(2);
  });

  it("an alias of a visitor makes no customer of that name", async () => {
    const shop = await freshShop();
    await consented(shop, customer("anna"), device("phone"));
    await say(shop, message("view", device("phone"), 1, "a"), message("alias", both("anna", "phone"), 2));
    expect(await seen(shop, customer("anna"))).toEqual(["a"]);
    expect((await store.identities.list(shop, "customer", 9)).map(({ externalId }) => externalId)).toEqual(["anna"]);
    expect(await store.identities.count(shop)).toBe(1);
  });

  it("loops, repetitions and an alias to oneself tie nothing twice", async () => {
    const shop = await freshShop();
    await consented(shop, customer("a"), customer("b"), customer("c"));
    await say(shop, message("alias", both("a", "a"), 1));
    const round = ["a b", "b c", "c a", "b a", "a b"].map((pair, index) =>
      message("alias", both(...(pair.split(" ") as [string, string])), 2 + index),
    );
    expect(await say(shop, ...round, message("view", customer("c"), 9, "v"))).toEqual(Array(6).fill("ok"));
    expect(await seen(shop, customer("a"))).toEqual(["v"]);
    const shown = (await identities.show(shop, customer("b")))!;
    expect(shown.links.filter(({ kind }) => kind === "merge")).toHaveLength(3);
    expect(
      shown.names
        .filter(({ kind }) => kind === "customer")
        .map(({ id }) => id)
        .sort(),
    ).toEqual(["a", "b", "c"]);
  });

  it("a customer and a device that nobody has signed in on, named together, are one for that answer only", async () => {
    const shop = await freshShop();
    await consented(shop, customer("anna"), device("phone"));
    await say(shop, message("view", customer("anna"), 1, "a"), message("view", device("phone"), 2, "b"));
    expect(await seen(shop, both("anna", "phone"))).toEqual(["a", "b"]);
    expect(await seen(shop, customer("anna"))).toEqual(["a"]);
    await decide(shop, device("phone"), { personalize: false });
    expect([await seen(shop, both("anna", "phone")), await seen(shop, customer("anna"))]).toEqual([null, ["a"]]);
  });

  it("property: the same links in any order make the same persons", async () => {
    const who = fc.constantFrom("a", "b", "c", "d");
    const told = fc.oneof(
      fc.record({ kind: fc.constant("identify" as const), who, on: fc.constantFrom("p1", "p2", "p3"), minute: fc.nat(6) }),
      fc.record({ kind: fc.constant("alias" as const), who, on: fc.constantFrom("a", "b", "c", "d", "p1", "x"), minute: fc.nat(6) }),
    );
    const runs = fc.array(told, { minLength: 2, maxLength: 6 }).chain((all) => {
      const messages = all.map((one, index) => message(one.kind, both(one.who, one.on), one.minute, `l${index}`));
      const shuffled = fc.shuffledSubarray(messages, { minLength: messages.length });
      return fc.tuple(shuffled, shuffled);
    });
    await fc.assert(
      fc.asyncProperty(runs, async (orders) => {
        const ends: unknown[] = [];
        for (const order of orders) {
          const shop = await freshShop();
          await consented(shop, ...["a", "b", "c", "d"].map(customer), ...["p1", "p2", "p3"].map(device));
          for (const one of order) await say(shop, one);
          ends.push(await clusters(shop));
        }
        expect(ends[0]).toEqual(ends[1]);
      }),
      { numRuns: 60 },
    );
  });
});

describe("a device that changes hands", () => {
  it("takes nobody's history along, whoever signs in, signs in again, or comes late", async () => {
    const shop = await freshShop();
    await consented(shop, customer("anna"), customer("ben"), device("phone"));
    await say(shop, message("view", device("phone"), 1, "before"));
    await say(shop, message("identify", both("anna", "phone"), 2));
    await say(shop, message("view", device("phone"), 3, "annas"));
    await say(shop, message("identify", both("ben", "phone"), 10));
    await say(shop, message("view", device("phone"), 11, "bens"), message("view", device("phone"), 4, "annas, sent late"));
    expect(await seen(shop, customer("anna"))).toEqual(["annas", "annas, sent late", "before"]);
    expect(await seen(shop, customer("ben"))).toEqual(["bens"]);
    expect(await seen(shop, device("phone"))).toEqual(["bens"]);
    await say(shop, message("identify", both("anna", "phone"), 20));
    await say(shop, message("view", device("phone"), 21, "annas again"));
    expect(await seen(shop, customer("ben"))).toEqual(["bens"]);
    expect(await seen(shop, device("phone"))).toEqual(["annas", "annas again", "annas, sent late", "before"]);
  });

  it("takes nobody's consent along either", async () => {
    const shop = await freshShop();
    await decide(shop, device("phone"), { personalize: true });
    await say(shop, message("identify", both("anna", "phone"), 2));
    await decide(shop, customer("ben"), { measure: true });
    await say(shop, message("identify", both("ben", "phone"), 10));
    expect([await allows(shop, customer("anna"), "personalize"), await allows(shop, customer("ben"), "personalize")]).toEqual([true, false]);
    await decide(shop, device("phone"), { personalize: false });
    expect([await allows(shop, customer("anna"), "personalize"), await allows(shop, customer("ben"), "measure")]).toEqual([true, true]);
    await decide(shop, customer("anna"), { personalize: false });
    await decide(shop, customer("ben"), { personalize: true });
    expect([await allows(shop, customer("anna"), "personalize"), await allows(shop, device("phone"), "personalize")]).toEqual([false, true]);
  });

  it("when somebody says that it isn't them: what was stays, what comes is a stranger's", async () => {
    const shop = await freshShop();
    now = start;
    await consented(shop, customer("anna"), customer("ben"), device("phone"));
    await say(shop, message("identify", both("anna", "phone"), 2), message("view", device("phone"), 3, "annas"));
    await identities.notMe(shop, both("ben", "phone"));
    expect(await seen(shop, device("phone"))).toEqual(["annas"]);
    await identities.notMe(shop, both("anna", "phone"));
    expect([await seen(shop, device("phone")), await seen(shop, customer("anna"))]).toEqual([null, ["annas"]]);
    now += 60_000;
    const late = (id: string) => message("view", device("phone"), 24 * 60 + 0.5, id);
    expect(await say(shop, late("nobody asked"))).toEqual(["drop"]);
    await decide(shop, device("phone"), { personalize: true });
    await say(shop, late("stranger"));
    await say(shop, message("identify", both("ben", "phone"), 24 * 60 + 0.8));
    expect([await seen(shop, customer("anna")), await seen(shop, customer("ben"))]).toEqual([["annas"], ["stranger"]]);
    await identities.notMe(shop, device("phone"));
    await identities.notMe(shop, device("never met"));
    expect([await seen(shop, device("phone")), await seen(shop, customer("ben"))]).toEqual([null, ["stranger"]]);
    now = start;
  });

  it("that stands in a shop is nobody's", async () => {
    const shop = await freshShop();
    const before = counts.device!;
    await consented(shop, device("kiosk"), ...Array.from({ length: 8 }, (_, index) => customer(`c${index}`)));
    await say(shop, message("view", device("kiosk"), 0, "early"));
    for (let index = 0; index < 8; index++) {
      await say(shop, message("identify", both(`c${index}`, "kiosk"), 1 + index), message("view", customer(`c${index}`), 1 + index, `own${index}`));
    }
    await say(shop, message("view", device("kiosk"), 30, "late"));
    expect(await seen(shop, device("kiosk"))).toEqual(["early", "late"]);
    expect(await seen(shop, customer("c0"))).toEqual(["own0"]);
    expect(await seen(shop, both("c1", "kiosk"))).toEqual(["own1"]);
    expect(counts.device! - before).toBe(1);
    expect(await identities.merge(shop, device("kiosk"), customer("c1"))).toMatchObject({ ok: false, problem: { code: "IDENTITY_LIMIT" } });
  });
});

describe("limits", () => {
  it(`a person has at most ${identityLimits.names} names; what comes under one more is kept, under that name`, async () => {
    const shop = await freshShop();
    const before = counts.names!;
    await consented(shop, customer("anna"));
    for (let index = 0; index < identityLimits.names + 3; index++) {
      expect(await say(shop, message("view", both("anna", `d${index}`), index, `v${index}`))).toEqual(["ok"]);
    }
    expect(counts.names! - before).toBe(4);
    expect((await identities.show(shop, customer("anna")))!.names).toHaveLength(identityLimits.names);
    expect(await seen(shop, customer("anna"))).toHaveLength(identityLimits.names + 3);
    expect((await store.log.recent(shop, 5)).map(({ name }) => name)).toContain("link refused: names");
  });
});

describe("merging by the shop", () => {
  it("says what is wrong", async () => {
    const shop = await freshShop();
    await consented(shop, customer("a"), customer("b"));
    const code = async (result: ReturnType<ManageIdentities["merge"]>) => {
      const settled = await result;
      return settled.ok ? "ok" : settled.problem.code;
    };
    expect(await code(identities.merge(shop, customer("a"), customer("a")))).toBe("REQUEST_INVALID");
    expect(await code(identities.merge(shop, customer("a"), device("x")))).toBe("REQUEST_INVALID");
    expect(await code(identities.merge(shop, customer("a"), customer("stranger")))).toBe("CUSTOMER_UNKNOWN");
    expect(await code(identities.unmerge(shop, customer("a"), customer("b")))).toBe("IDENTITY_NOT_MERGED");
    expect(await code(identities.merge(shop, customer("a"), customer("b")))).toBe("ok");
    expect(await code(identities.merge(shop, customer("b"), customer("a")))).toBe("ok");
    expect(await code(identities.unmerge(shop, customer("b"), customer("a")))).toBe("ok");
    expect(await code(identities.unmerge(shop, customer("a"), customer("b")))).toBe("IDENTITY_NOT_MERGED");
    expect(await identities.show(shop, customer("stranger"))).toBeNull();
  });

  it("a device can be given to a customer and taken away again", async () => {
    const shop = await freshShop();
    await consented(shop, customer("anna"), device("phone"));
    await say(shop, message("view", device("phone"), 1, "a"));
    await identities.merge(shop, device("phone"), customer("anna"));
    await say(shop, message("view", device("phone"), 24 * 60, "b"));
    expect(await seen(shop, customer("anna"))).toEqual(["a", "b"]);
    expect(await identities.unmerge(shop, device("phone"), customer("anna"))).toEqual({ ok: true, value: null });
    expect([await seen(shop, customer("anna")), await seen(shop, device("phone"))]).toEqual([[], ["a", "b"]]);
  });

  it("property: the strictest answer of all holds for everybody; taken apart, each has their own", async () => {
    const answer = fc.constantFrom(undefined, true, false);
    const people = fc.array(fc.record({ personalize: answer, learn: answer, email: answer }), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(people, fc.infiniteStream(fc.nat()), async (said, draws) => {
        const shop = await freshShop();
        for (const [index, one] of said.entries()) {
          const purposes = Object.fromEntries(Object.entries(one).filter(([, granted]) => granted !== undefined));
          await decide(shop, customer(`c${index}`), { measure: true, ...purposes });
        }
        const tied: [string, string][] = [];
        for (let index = 1; index < said.length; index++) {
          tied.push([`c${index}`, `c${draws.next().value % index}`]);
          await identities.merge(shop, customer(tied.at(-1)![0]), customer(tied.at(-1)![1]));
        }
        const answers = async (id: string) => {
          const person = (await gate.recognise(shop, customer(id)))!;
          const state = (await store.consents.current(shop, [person.personId])).get(person.personId);
          return (["personalize", "learn", "email"] as const).map((purpose) => state?.get(purpose)?.granted);
        };
        const strictest = (["personalize", "learn", "email"] as const).map((purpose) => {
          const all = said.map((one) => one[purpose]);
          return all.includes(false) ? false : all.includes(true) ? true : undefined;
        });
        for (const index of said.keys()) expect(await answers(`c${index}`)).toEqual(strictest);
        for (const [from, into] of tied) await identities.unmerge(shop, customer(from), customer(into));
        for (const [index, one] of said.entries()) expect(await answers(`c${index}`)).toEqual([one.personalize, one.learn, one.email]);
      }),
      { numRuns: 40 },
    );
  });

  it("property: merged and taken apart again is as never merged, whatever else happens meanwhile", async () => {
    const name = fc.constantFrom(customer("a"), customer("b"), customer("c"), device("p1"), device("p2"));
    const purpose = fc.constantFrom<Purpose>("personalize", "learn");
    const act = fc.oneof(
      fc.record({ kind: fc.constant("decide" as const), name, purpose, granted: fc.boolean(), asserted: fc.boolean() }),
      fc.record({ kind: fc.constant("view" as const), name }),
      fc.record({ kind: fc.constant("identify" as const), who: fc.constantFrom("a", "c"), on: fc.constantFrom("p1", "p2") }),
      fc.record({ kind: fc.constant("merge" as const), from: fc.constantFrom("b", "c"), into: fc.constantFrom("a", "c") }),
    );
    const acts = fc.array(act, { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(acts, acts, acts, async (before, between, afterwards) => {
        const ends: unknown[] = [];
        for (const merging of [true, false]) {
          const shop = await freshShop();
          for (const id of ["a", "b", "c"]) await decide(shop, customer(id), { measure: true });
          for (const id of ["p1", "p2"]) await decide(shop, device(id), { measure: true });
          let [step, minute] = [0, 0];
          const happen = async (list: typeof before) => {
            for (const one of list) {
              step++;
              minute++;
              if (one.kind === "decide") await decide(shop, one.name, { [one.purpose]: one.granted }, one.asserted ? "shop-asserted" : "person");
              else if (one.kind === "view") await say(shop, message("view", one.name, minute, `v${step}`));
              else if (one.kind === "identify") await say(shop, message("identify", both(one.who, one.on), minute, `i${step}`));
              // The pair in question is left to the test.
              else if (one.from !== one.into && !(one.from === "b" && one.into === "a"))
                await identities.merge(shop, customer(one.from), customer(one.into));
            }
          };
          await happen(before);
          if (merging) await identities.merge(shop, customer("b"), customer("a"));
          await happen(between);
          if (merging) await identities.unmerge(shop, customer("b"), customer("a"));
          await happen(afterwards);
          const persons = await clusters(shop);
          const ids = Object.keys(persons) as PersonId[];
          const states = await store.consents.current(shop, ids);
          const inForce = ids.map((id) => [...(states.get(id) ?? [])].map(([of, { granted }]) => `${of} ${granted}`).sort());
          const histories = await Promise.all(
            ids.map(async (id) => (await store.log.history(mintAllowed(shop, "measure", [id]), { limit: 99 })).map(({ messageId }) => messageId)),
          );
          ends.push([persons, inForce, histories]);
        }
        expect(ends[0]).toEqual(ends[1]);
      }),
      { numRuns: 60 },
    );
  });
});
