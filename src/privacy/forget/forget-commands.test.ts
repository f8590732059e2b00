import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnonymousId, CustomerId, ItemId, MessageId, ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { defaultRetention } from "#domain/retention.ts";
import type { IncomingMessage } from "#ingestion/message.ts";
import { furnish, type House } from "#server/compose.ts";
import { keepingNothing } from "#server/forgetting.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { saidNames } from "./guard-gate.ts";

// Anything may happen while people are being forgotten, and the house may fall at each step: in the end whoever is forgotten is
// nowhere, whoever is not is still there, and what was learnt is what the log that is left teaches.

const shopId = "shop" as ShopId;
const customers = ["customer-anna", "customer-ben", "customer-cleo"] as const;
const devices = ["device-phone", "device-tablet"] as const;

type Op =
  | { readonly kind: "event"; readonly customer: number | null; readonly device: number | null; readonly item: number; readonly import: boolean }
  | { readonly kind: "consent"; readonly customer: number; readonly granted: boolean; readonly shop: boolean }
  | { readonly kind: "merge"; readonly from: number; readonly into: number }
  | { readonly kind: "forget"; readonly who: number }
  | { readonly kind: "steps"; readonly steps: number }
  | { readonly kind: "learn" | "crash" | "finish" | "pass" };

const customer = fc.nat(customers.length - 1);
const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("event" as const),
      customer: fc.option(customer),
      device: fc.option(fc.nat(devices.length - 1)),
      item: fc.nat(3),
      import: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("consent" as const), customer, granted: fc.boolean(), shop: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("merge" as const), from: customer, into: customer }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("forget" as const), who: fc.nat(customers.length + devices.length) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("steps" as const), steps: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("learn" as const, "crash" as const, "finish" as const, "pass" as const) }) },
);

const named = (at: number | null, deviceAt: number | null): PersonName => ({
  customerId: at === null ? null : (customers[at] as string as CustomerId),
  anonymousId: deviceAt === null ? null : (devices[deviceAt] as string as AnonymousId),
});
const whom = (who: number): PersonName =>
  who < customers.length
    ? named(who, null)
    : who < customers.length + devices.length
      ? named(null, who - customers.length)
      : { customerId: "customer-nobody" as CustomerId, anonymousId: null };

async function run(ops: readonly Op[]): Promise<void> {
  const store = await openSqlite(":memory:");
  const keeping = keepingNothing();
  let now = Date.UTC(2026, 4, 20);
  let number = 0;
  const open = () =>
    furnish(
      store,
      () => now,
      () => `id-${number++}`,
      undefined,
      defaultRetention,
      keeping,
    );
  let house: House = open();
  await store.shops.create({ shopId, name: "Shop", currency: "EUR", createdAt: now }, { personKey: "secret", keyHashes: [] });
  // Somebody who stays, so that there is always something to learn.
  const stays = { customerId: "customer-stays" as CustomerId, anonymousId: null };
  await house.recordConsents(shopId, [{ names: stays, purposes: new Map([["learn", true]]), source: "person", notice: null, how: null }]);
  const erasures: string[] = [];
  const finish = async () => {
    for (let round = 0; round < 6; round++) {
      await house.forget.runAll();
      now += 60_000;
    }
  };

  async function take(one: Op): Promise<void> {
    now += 1000;
    if (one.kind === "event") {
      if (one.customer === null && one.device === null) return;
      const event = {
        messageId: `message-number-${number++}` as MessageId,
        type: "purchase" as const,
        name: "Order Completed",
        occurredAt: now,
        lines: [{ itemId: `item-${one.item}` as ItemId, quantity: 1, unitPrice: null }],
        orderId: null,
        sessionId: null,
        recommendationId: null,
        currency: null,
      };
      const message: IncomingMessage = {
        names: named(one.customer, one.device),
        event,
        seenItems: [],
        linksNames: false,
        stampedConsent: null,
        basis: one.import ? "order-record" : "consent",
      };
      await house.ingest(shopId, [message]);
    } else if (one.kind === "consent") {
      const purposes = new Map((["learn", "personalize"] as const).map((purpose) => [purpose, one.granted]));
      await house.recordConsents(shopId, [
        { names: named(one.customer, null), purposes, source: one.shop ? "shop-asserted" : "person", notice: null, how: null },
      ]);
    } else if (one.kind === "merge") await house.identities.merge(shopId, named(one.from, null), named(one.into, null));
    else if (one.kind === "forget") {
      const { erasureId } = await house.forget.begin(shopId, whom(one.who));
      erasures.push(erasureId);
      for (const name of saidNames(whom(one.who))) expect((await store.forgetting.suppressed(shopId, [name])).size).toBe(1);
    } else if (one.kind === "steps") await house.forget.run({ steps: one.steps });
    else if (one.kind === "learn") await house.learner.learn(shopId, { judged: false });
    else if (one.kind === "crash") house = open();
    else if (one.kind === "finish") await finish();
    else now += 3_600_000;
  }

  try {
    for (const one of ops) await take(one);
    await finish();
    for (const erasureId of erasures) {
      expect(await house.forget.status(shopId, erasureId)).toMatchObject({ state: "done", findings: [] });
      expect(await house.forget.certificate(shopId, erasureId)).toMatchObject({ erasureId });
    }
    for (const [at, externalId] of customers.entries()) {
      if ((await store.forgetting.suppressed(shopId, [{ kind: "customer", externalId }])).size === 0) continue;
      expect(await house.identities.show(shopId, named(at, null))).toBeNull();
      expect(await store.forgetting.textRemains([externalId, (await house.personIds.of(shopId, "customer", externalId)).personId])).toEqual([]);
    }
    // What was learnt piece by piece is what the log that is left teaches from its first entry on.
    await house.learner.learn(shopId, { judged: false });
    await house.learner.close();
    const learnt = await store.consumers.load(shopId, "learn");
    await store.consumers.reset(shopId, "learn");
    house = open();
    await house.learner.learn(shopId, { judged: false });
    await house.learner.close();
    const anew = await store.consumers.load(shopId, "learn");
    expect(Buffer.from(anew.state ?? []).toString("base64")).toBe(Buffer.from(learnt.state ?? []).toString("base64"));
  } finally {
    await store.close();
  }
}

describe("forgetting, whatever happens meanwhile", () => {
  it("R33, R34: ends with nobody left who was forgotten, at whichever step the house falls", { timeout: 240_000 }, async () => {
    await fc.assert(fc.asyncProperty(fc.array(op, { minLength: 4, maxLength: 18 }), run), { numRuns: 12 });
  });
});
