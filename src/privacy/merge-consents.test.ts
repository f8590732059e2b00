import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConsentDecision, ConsentState } from "#domain/consent.ts";
import type { AnonymousId, CustomerId, PersonId, ShopId } from "#domain/ids.ts";
import { type Purpose, purposes } from "#domain/purpose.ts";
import { furnish, type House } from "#server/compose.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { mergeConsents } from "./merge-consents.ts";

type Answer = "yes" | "no" | "undecided";
const answers = ["yes", "no", "undecided"] as const;

/** What holds afterwards, for each pair of what held before. */
const truth: Readonly<Record<Answer, Readonly<Record<Answer, Answer>>>> = {
  yes: { yes: "yes", no: "no", undecided: "yes" },
  no: { yes: "no", no: "no", undecided: "no" },
  undecided: { yes: "yes", no: "no", undecided: "undecided" },
};

const decision = (purpose: Purpose, granted: boolean): ConsentDecision => ({
  ...{ personId: "p" as PersonId, purpose, granted, at: 1, source: "person", notice: null, how: null },
});
const stateOf = (said: Readonly<Record<Purpose, Answer>>): ConsentState =>
  new Map(purposes.flatMap((purpose) => (said[purpose] === "undecided" ? [] : [[purpose, decision(purpose, said[purpose] === "yes")]])));
const answerIn = (state: ConsentState | undefined, purpose: Purpose): Answer => {
  const found = state?.get(purpose);
  return found === undefined ? "undecided" : found.granted ? "yes" : "no";
};
const saidArbitrary = fc.record(
  Object.fromEntries(purposes.map((purpose) => [purpose, fc.constantFrom(...answers)])) as Record<Purpose, fc.Arbitrary<Answer>>,
);

describe("two names become one person", () => {
  let house: House;
  let number = 0;
  beforeAll(async () => {
    let id = 0;
    house = furnish(
      await openSqlite(":memory:"),
      () => Date.UTC(2026, 4, 20),
      () => `id-${++id}`,
    );
    await house.store.shops.create({ shopId: "s" as ShopId, name: "s", currency: "EUR", createdAt: 0 }, { personKey: "k", keyHashes: [] });
  });
  afterAll(() => house.store.close());

  it("R10: the stricter answer wins, purpose by purpose: the truth table", () => {
    fc.assert(
      fc.property(saidArbitrary, saidArbitrary, (a, b) => {
        const merged = mergeConsents(stateOf(a), stateOf(b));
        for (const purpose of purposes) {
          expect(answerIn(merged, purpose)).toBe(truth[a[purpose]][b[purpose]]);
          expect(answerIn(mergeConsents(stateOf(b), stateOf(a)), purpose)).toBe(truth[a[purpose]][b[purpose]]);
        }
      }),
    );
  });

  it("R10: so does a login in the store, and the log says what followed from it", async () => {
    const shopId = "s" as ShopId;
    await fc.assert(
      fc.asyncProperty(saidArbitrary, saidArbitrary, async (device, customer) => {
        number++;
        const names = { anonymousId: `a-${number}` as AnonymousId, customerId: `c-${number}` as CustomerId };
        const record = (who: object, said: Readonly<Record<Purpose, Answer>>) =>
          house.recordConsents(shopId, [
            {
              ...{ names: { customerId: null, anonymousId: null, ...who }, source: "person", notice: null, how: "banner" },
              purposes: new Map(purposes.flatMap((purpose) => (said[purpose] === "undecided" ? [] : [[purpose, said[purpose] === "yes"]]))),
            },
          ]);
        // So that both are known, whatever they said.
        for (const who of [{ anonymousId: names.anonymousId }, { customerId: names.customerId }])
          await house.ageSignals.record(shopId, { customerId: null, anonymousId: null, ...who }, "adult");
        await record({ anonymousId: names.anonymousId }, device);
        await record({ customerId: names.customerId }, customer);
        const before = await house.store.log.head(shopId);
        const merged = await house.identities.merge(
          shopId,
          { customerId: null, anonymousId: names.anonymousId },
          { customerId: names.customerId, anonymousId: null },
        );
        expect(merged.ok).toBe(true);
        const person = (await house.gate.recognise(shopId, { customerId: names.customerId, anonymousId: null }))!;
        const states = await house.store.consents.current(shopId, person.memberIds);
        for (const purpose of purposes) {
          for (const personId of person.memberIds.slice(0, 2))
            expect(answerIn(states.get(personId), purpose)).toBe(truth[device[purpose]][customer[purpose]]);
          expect((await house.gate.allow(shopId, person, purpose)) !== null).toBe(truth[device[purpose]][customer[purpose]] === "yes");
        }
        const moved = purposes.some((purpose) => device[purpose] !== customer[purpose]);
        const refs = await house.store.log.refs(shopId, before, 100);
        expect(refs.some(({ kind }) => kind === "consent")).toBe(moved || refs.some(({ kind }) => kind === "consent"));
      }),
      { numRuns: 25 },
    );
  });
});
