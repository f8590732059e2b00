import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ItemId, LogSeq, MessageId, PersonId, ShopId } from "#domain/ids.ts";
import { forgettingPrefix, nameKey, withDevice } from "./ports/forget-store.ts";
import type { LogEntry, NameOf, Store } from "./ports.ts";

const at = Date.UTC(2026, 0, 15);
let number = 0;
const freshShop = async ({ shops }: Store): Promise<ShopId> => {
  const shopId = `shop-forget-${++number}-${process.pid}` as ShopId;
  await shops.create({ shopId, name: shopId, currency: "EUR", createdAt: at }, { personKey: "secret", keyHashes: [] });
  return shopId;
};
const nameOf = (id: string): NameOf => ({ personId: `p-${id}` as PersonId, kind: "customer", externalId: id });
const view = (id: string, messageId: string): LogEntry => ({
  kind: "event",
  name: nameOf(id),
  event: {
    messageId: messageId as MessageId,
    type: "view",
    name: "Product Viewed",
    occurredAt: at,
    receivedAt: at,
    lines: [{ itemId: "i" as ItemId, quantity: 1, unitPrice: null }],
    orderId: null,
    sessionId: null,
    recommendationId: null,
    currency: null,
    refused: [],
    impression: null,
  },
});

/** What every store must do to forget somebody. */
export function testForgetting(name: string, open: () => Promise<Store>): void {
  describe(`forgetting: ${name}`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(async () => {
      await store.close();
    });

    it("R36: keeps a forgotten name out of the log from the moment the forgetting begins, until they begin anew", async () => {
      const shopId = await freshShop(store);
      const other = await freshShop(store);
      const { forgetting, log } = store;
      const erasureId = `e-${shopId}`;
      const digests = await forgetting.digests(shopId, [nameOf("anna")], () => "key", at);
      expect(JSON.stringify(digests)).not.toContain("anna");
      expect(await forgetting.begin({ erasureId, shopId, requestedAt: at, work: null }, digests, "request")).toBe(true);
      expect(await forgetting.begin({ erasureId, shopId, requestedAt: at, work: null }, digests, "request")).toBe(false);
      const suppressed = await forgetting.suppressed(shopId, [nameOf("anna"), nameOf("ben")]);
      expect([...suppressed]).toEqual([[nameKey(nameOf("anna")), { erasureId, at, done: false }]]);
      expect(await log.append(shopId, [view("anna", "m-1"), view("ben", "m-2")])).toMatchObject([{ kind: "duplicate" }, { kind: "appended" }]);
      expect(await log.append(other, [view("anna", "m-1")])).toMatchObject([{ kind: "appended" }]);
      expect(await forgetting.lift(shopId, [nameOf("anna")])).toBe(0);
      const erasure = (await forgetting.get(shopId, erasureId))!;
      const move = { erasure, to: "done", change: { certificate: "{}", report: { keys: 1 } } } as const;
      expect(await forgetting.advance([move, move], at + 1)).toBe(1);
      expect(await forgetting.advance([{ erasure, to: "done", change: {} }], at + 2)).toBe(0);
      expect(await forgetting.get(shopId, erasureId)).toMatchObject({ state: "done", certificate: "{}", report: { keys: 1 }, updatedAt: at + 1 });
      expect(await forgetting.digestsOf(shopId, erasureId)).toEqual(digests);
      expect(await forgetting.lift(shopId, [nameOf("anna")])).toBe(1);
      expect(await log.append(shopId, [view("anna", "m-1")])).toMatchObject([{ kind: "appended" }]);
    });

    it("R33: knows which device a decision was filed under beside the customer, and the other way round", async () => {
      const shopId = await freshShop(store);
      const decided = (id: string, kind: "customer" | "anonymous", messageId: string): LogEntry => ({
        kind: "consent",
        messageId: messageId as MessageId,
        name: { ...nameOf(id), kind },
        decision: { personId: nameOf(id).personId, purpose: "learn", granted: true, at, source: "person", notice: null, how: null },
      });
      await store.log.append(shopId, [
        decided("anna", "customer", "consent:1"),
        decided("tablet", "anonymous", `consent:1${withDevice}`),
        decided("ben", "customer", "consent:2"),
        decided("phone", "anonymous", "consent:20"),
      ]);
      const [anna, tablet, ben, phone] = ["anna", "tablet", "ben", "phone"].map((id) => nameOf(id).personId) as [
        PersonId,
        PersonId,
        PersonId,
        PersonId,
      ];
      expect(await store.forgetting.decidedWith(shopId, [anna, ben], "customer")).toEqual([tablet]);
      expect(await store.forgetting.decidedWith(shopId, [tablet, phone], "device")).toEqual([anna]);
      expect(await store.forgetting.decidedWith(shopId, [tablet, phone], "customer")).toEqual([]);
      expect(await store.forgetting.decidedWith(await freshShop(store), [anna], "customer")).toEqual([]);
    });

    it("R33: deletes every row of somebody and nobody else's, a piece at a time, and sees when something is left", async () => {
      const shopId = await freshShop(store);
      const { forgetting, log } = store;
      await log.append(shopId, [view("anna", "m-1"), view("ben", "m-2"), view("anna", "m-3"), view("anna", "m-4")]);
      const scope = { personIds: [nameOf("anna").personId], names: [nameOf("anna")] };
      const anna = nameOf("anna").personId;
      const events = await forgetting.events(shopId, anna, null, 100);
      expect(events.map(({ messageId }) => messageId)).toEqual(["m-1", "m-3", "m-4"]);
      expect(await forgetting.events(shopId, anna, events[0]!, 1)).toEqual([events[1]]);
      expect(await forgetting.events(shopId, anna, events[2]!, 1)).toEqual([]);
      const back = {
        kind: "retract",
        messageId: `${forgettingPrefix}x` as MessageId,
        name: nameOf("anna"),
        targets: ["m-3" as MessageId],
        at,
      } as const;
      for (let times = 0; times < 2; times++) await forgetting.takeBack(shopId, [back]);
      expect(await forgetting.remains(shopId, scope)).toMatchObject({ log: 4, people: 1, retractions: 1 });
      expect(await forgetting.deleteEvents(shopId, scope.personIds, 2)).toBe(2);
      expect(await forgetting.deleteEvents(shopId, scope.personIds, 2)).toBe(1);
      expect(await forgetting.deleteRest(shopId, scope, true)).toMatchObject({ people: 1 });
      await forgetting.shred(shopId, scope.personIds);
      expect(await forgetting.remains(shopId, scope)).toEqual({});
      expect((await log.refs(shopId, 0 as LogSeq, 10)).map(({ personId }) => personId)).toEqual(["p-ben"]);
      expect((await forgetting.people(shopId, null, 10)).map(({ externalId }) => externalId)).toEqual(["ben"]);
    });
  });
}
