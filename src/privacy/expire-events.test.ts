import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import type { EventType } from "#domain/event.ts";
import type { CustomerId, ItemId, MessageId, ShopId } from "#domain/ids.ts";
import { classOfEvent, defaultRetention, parseRetention, type Retention } from "#domain/retention.ts";
import { openShopLearner } from "#learning/shop-learner.ts";
import { furnish, type House } from "#server/compose.ts";
import type { LogEntry, Store } from "#storage/ports.ts";
import { openPostgres } from "#storage/postgres/open-postgres.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { freshSchema, postgresUrl } from "../../tests/support/fresh-schema.ts";

const now = 20_500 * dayMs;
const retention: Retention = { browsing: 30, shown: 10, orders: 100, decisions: 200 };
let number = 0;

async function freshShop({ store }: House): Promise<ShopId> {
  const shopId = `shop-${number++}` as ShopId;
  await store.shops.create({ shopId, name: shopId, currency: "GBP", createdAt: 0 }, { personKey: "secret", keyHashes: [] });
  return shopId;
}

type Op =
  | { readonly kind: "event"; readonly type: EventType; readonly person: number; readonly item: number; readonly daysOld: number }
  | { readonly kind: "consent"; readonly person: number; readonly granted: boolean; readonly daysOld: number }
  | { readonly kind: "retract"; readonly person: number; readonly back: number; readonly daysOld: number };
const person = fc.nat(2);
const daysOld = fc.integer({ min: 0, max: 250 });
const anyOp: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("event" as const),
      type: fc.constantFrom("view" as const, "click" as const, "purchase" as const, "return" as const, "impression" as const, "dismiss" as const),
      person,
      item: fc.nat(4),
      daysOld,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("consent" as const), person, granted: fc.boolean(), daysOld }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("retract" as const), person, back: fc.integer({ min: 1, max: 5 }), daysOld }) },
);

async function entryOf(op: Op, index: number, shopId: ShopId, { personIds }: House): Promise<LogEntry> {
  const name = await personIds.of(shopId, "customer", `c-${op.person}` as CustomerId);
  const at = now - op.daysOld * dayMs;
  if (op.kind === "consent") {
    const decision = {
      personId: name.personId,
      purpose: "learn" as const,
      granted: op.granted,
      at,
      source: "person" as const,
      notice: null,
      how: null,
    };
    return { kind: "consent", messageId: `m-${index}` as MessageId, name, decision };
  }
  if (op.kind === "retract")
    return { kind: "retract", messageId: `m-${index}` as MessageId, name, targets: [`m-${index - op.back}` as MessageId], at };
  const plain = { orderId: null, sessionId: null, recommendationId: null, currency: null, refused: [], impression: null };
  const lines = [{ itemId: `item-${op.item}` as ItemId, quantity: 1, unitPrice: null }];
  return {
    kind: "event",
    name,
    event: { ...plain, messageId: `m-${index}` as MessageId, type: op.type, name: op.type, occurredAt: at, receivedAt: at, lines },
  };
}

const isPast = (op: Op) => op.kind === "event" && op.daysOld > retention[classOfEvent(op.type)]!;

async function endAll(house: House, shopId: ShopId): Promise<void> {
  const learner = await openShopLearner(shopId, house);
  for (;;) {
    const { more, pending } = await house.expireEvents.round(shopId);
    if (!more && pending === 0) return;
    await learner.catchUp();
    await learner.checkpoint();
  }
}

function testRetention(kind: string, open: () => Promise<Store>, runs: number): void {
  describe(`retention: ${kind}`, () => {
    it("leaves what a shop would have that never had those events", { timeout: 120_000 }, async () => {
      const house = furnish(
        await open(),
        () => now,
        () => `id-${number++}`,
        undefined,
        retention,
      );
      await fc.assert(
        fc.asyncProperty(fc.array(anyOp, { minLength: 1, maxLength: 40 }), fc.nat(40), async (ops, learntAt) => {
          const [shopId, never] = [await freshShop(house), await freshShop(house)];
          const all: Op[] = [0, 1].map((who): Op => ({ kind: "consent", person: who, granted: true, daysOld: 300 })).concat(ops);
          const learner = await openShopLearner(shopId, house);
          for (const [index, op] of all.entries()) {
            await house.store.log.append(shopId, [await entryOf(op, index, shopId, house)]);
            if (!isPast(op)) await house.store.log.append(never, [await entryOf(op, index, never, house)]);
            if (index !== learntAt) continue;
            await learner.catchUp();
            await learner.checkpoint();
          }
          const { browsing, shown, orders } = await house.expireEvents.count(shopId);
          expect(browsing + shown + orders).toBe(all.filter(isPast).length);
          await endAll(house, shopId);
          const [mine, other] = [await openShopLearner(shopId, house), await openShopLearner(never, house)];
          await mine.catchUp();
          await other.catchUp();
          expect(Buffer.from(mine.encoded()).equals(Buffer.from(other.encoded()))).toBe(true);
          // From zero, too.
          await house.store.consumers.reset(shopId, "learn");
          const replayed = await openShopLearner(shopId, house);
          await replayed.catchUp();
          expect(Buffer.from(replayed.encoded()).equals(Buffer.from(other.encoded()))).toBe(true);
          expect((await house.store.log.size(shopId)).events).toBe(all.filter((op) => op.kind === "event" && !isPast(op)).length);
          expect(await house.store.retention.pending(shopId)).toBe(0);
          expect(await house.expireEvents.round(shopId)).toMatchObject({ more: false, pending: 0 });
        }),
        { numRuns: runs },
      );
      await house.store.close();
    });

    it("deletes nothing that is not learnt and saved, and nothing of people who decided", async () => {
      const house = furnish(
        await open(),
        () => now,
        () => `id-${number++}`,
        undefined,
        retention,
      );
      const shopId = await freshShop(house);
      const ops: Op[] = [
        { kind: "consent", person: 0, granted: false, daysOld: 300 },
        { kind: "consent", person: 0, granted: true, daysOld: 290 },
        { kind: "event", type: "view", person: 0, item: 1, daysOld: 40 },
        { kind: "event", type: "view", person: 1, item: 1, daysOld: 40 },
      ];
      for (const [index, op] of ops.entries()) await house.store.log.append(shopId, [await entryOf(op, index, shopId, house)]);
      expect(await house.expireEvents.round(shopId)).toMatchObject({ expired: { browsing: 2 }, pending: 1 });
      expect(await house.expireEvents.round(shopId)).toMatchObject({ forgotten: { events: 0 }, pending: 2 });
      await endAll(house, shopId);
      expect(await house.store.log.size(shopId)).toMatchObject({ entries: 1, events: 0 });
      const [kept, gone] = await Promise.all(["c-0", "c-1"].map((id) => house.personIds.of(shopId, "customer", id)));
      expect((await house.store.consents.current(shopId, [kept!.personId])).get(kept!.personId)?.get("learn")?.granted).toBe(true);
      expect(await house.store.identities.nameOf(shopId, gone!.personId)).toBeNull();
      expect(await house.store.identities.nameOf(shopId, kept!.personId)).not.toBeNull();
      await house.store.retention.compact();
      await house.store.close();
    });
  });
}

testRetention("sqlite", () => openSqlite(":memory:"), 60);
if (postgresUrl !== undefined) testRetention("postgres", async () => openPostgres((await freshSchema(postgresUrl!)).url), 8);

describe("parseRetention", () => {
  it("reads days by class and refuses the rest", () => {
    expect(parseRetention(undefined)).toEqual(defaultRetention);
    expect(parseRetention(" browsing=90 , orders=forever")).toEqual({ ...defaultRetention, browsing: 90, orders: null });
    for (const text of ["browsing", "browsing=0", "browsing=-1", "views=3", "browsing=1=2", "browsing=soon"])
      expect(parseRetention(text), text).toBeNull();
  });
});
