import { describe, expect, it } from "vitest";
import type { ItemId, MessageId, PersonId, ShopId } from "#domain/ids.ts";
import type { GorseFeedbackRow } from "./ports/gorse-store.ts";
import type { Store } from "./ports.ts";

const at = Date.UTC(2026, 0, 15);
const user = (userId: string, comment = "") => ({ userId, personId: `p-${userId}` as PersonId, labels: '{"a":"\\u0000"}', comment });
const row = (feedbackType: string, userId: string, itemId: string, more: Partial<GorseFeedbackRow> = {}): GorseFeedbackRow => ({
  feedbackType,
  userId,
  itemId: itemId as ItemId,
  personId: `p-${userId}` as PersonId,
  value: 1.5,
  at: { ms: at, nanos: 7 },
  updatedAt: null,
  labels: "null",
  comment: "\u0000 ä",
  messageIds: [`m-${userId}` as MessageId],
  revision: 1,
  ...more,
});

/** What every store must keep for Gorse clients. */
export function testGorse(storeOf: () => Store, freshShop: () => ShopId): void {
  describe("for Gorse clients", () => {
    it("users come in the order of their bytes, page by page, and are not overwritten by being met", async () => {
      const [shop, { gorse }] = [freshShop(), storeOf()];
      await gorse.putUsers(
        shop,
        ["b", "a", "Z", "10", "1", "é"].map((id) => user(id, "first")),
      );
      await gorse.addMissingUsers(shop, [user("a", "worse"), user("new")]);
      expect((await gorse.users(shop, null, 99)).map(({ userId }) => userId)).toEqual(["1", "10", "Z", "a", "b", "new", "é"]);
      expect((await gorse.users(shop, "Z", 2)).map(({ userId }) => userId)).toEqual(["a", "b"]);
      expect(await gorse.user(shop, "p-a" as PersonId)).toEqual(user("a", "first"));
      await gorse.deleteUser(shop, "p-a" as PersonId);
      expect(await gorse.user(shop, "p-a" as PersonId)).toBeNull();
      expect(await gorse.users(freshShop(), null, 9)).toEqual([]);
    });

    it("feedback is kept to the nanosecond, replaced, found by any of its sides, and deleted", async () => {
      const [shop, { gorse }] = [freshShop(), storeOf()];
      const rows = [
        row("like", "a", "1"),
        row("like", "b", "10"),
        row("read", "a", "2", { at: null }),
        row("read", "a", "9", { at: { ms: at + 5000, nanos: 0 } }),
      ];
      await gorse.putFeedback(shop, [...rows].reverse());
      expect(await gorse.feedback(shop, {})).toEqual(rows);
      expect(await gorse.feedback(shop, {}, { after: rows[0]!, limit: 2 })).toEqual(rows.slice(1, 3));
      expect(await gorse.feedback(shop, { personId: "p-a" as PersonId, until: at })).toEqual([rows[0], rows[2]]);
      expect(await gorse.feedback(shop, { itemId: "10" as ItemId, feedbackTypes: ["like", "x"] })).toEqual([rows[1]]);
      expect([...(await gorse.itemsOf(shop, "p-a" as PersonId, at))].sort()).toEqual(["1", "2"]);
      await gorse.putFeedback(shop, [{ ...rows[1]!, value: -2, revision: 2 }]);
      expect(await gorse.feedbackAt(shop, [rows[1]!, row("no", "such", "row")])).toEqual([{ ...rows[1], value: -2, revision: 2 }]);
      await gorse.deleteFeedback(shop, [rows[1]!, rows[2]!]);
      expect(await gorse.feedback(shop, {})).toEqual([rows[0], rows[3]]);
    });

    it("tells who else knows an item, and how many they know", async () => {
      const [shop, { gorse }] = [freshShop(), storeOf()];
      await gorse.putFeedback(shop, [
        row("like", "a", "1"),
        row("read", "b", "1"),
        row("like", "b", "1"),
        row("like", "b", "2"),
        row("like", "c", "3"),
      ]);
      const known = await gorse.peopleOf(shop, ["1", "3"] as ItemId[], 2);
      expect(known.map(({ itemId, personId }) => `${itemId} ${personId}`).sort()).toEqual(["1 p-a", "1 p-b", "3 p-c"]);
      expect(await gorse.peopleOf(shop, ["1"] as ItemId[], 1)).toHaveLength(1);
      expect(await gorse.itemCounts(shop, ["p-a", "p-b", "p-x"] as PersonId[])).toEqual(
        new Map([
          ["p-a", 1],
          ["p-b", 2],
        ]),
      );
    });

    it("knows what was taken back, and takes an item out of the catalogue", async () => {
      const [shop, store] = [freshShop(), storeOf()];
      const name = { personId: "p-a" as PersonId, kind: "customer", externalId: "a" } as const;
      const event = {
        type: "view",
        name: "read",
        occurredAt: at,
        receivedAt: at,
        lines: [],
        orderId: null,
        sessionId: null,
        recommendationId: null,
      } as const;
      const ids = ["m1", "m2"] as MessageId[];
      await store.log.append(
        shop,
        ids.map((messageId) => ({ kind: "event", name, event: { ...event, messageId, currency: null, refused: [], impression: null } })),
      );
      await store.log.append(shop, [{ kind: "retract", messageId: "back" as MessageId, name, targets: [ids[0]!], at }]);
      expect(await store.gorse.takenBack(shop, [...ids, "m3" as MessageId])).toEqual(new Set(["m1"]));
      const nothing = {
        description: null,
        brand: null,
        price: null,
        currency: null,
        stock: null,
        url: null,
        imageUrl: null,
        attributes: {},
        releasedAt: null,
      };
      const item = {
        ...nothing,
        itemId: "i" as ItemId,
        title: "i",
        categories: [],
        available: true,
        source: "shop",
        createdAt: at,
        updatedAt: at,
      } as const;
      await store.catalogue.put(shop, [item]);
      const revision = await store.catalogue.revision(shop);
      await store.gorse.removeItem(shop, item.itemId);
      await store.gorse.removeItem(shop, item.itemId);
      expect([await store.catalogue.all(shop), await store.catalogue.revision(shop)]).toEqual([[], revision + 1]);
    });
  });
}
