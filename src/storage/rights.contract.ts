import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { NewRightsRequest } from "./ports/rights-request-store.ts";
import type { Store } from "./ports.ts";

const at = Date.UTC(2026, 0, 15);
let number = 0;
const freshShop = () => `shop-rights-${++number}-${process.pid}` as ShopId;
const anna = "p-anna" as PersonId;

/** What every store must do with what people ask for. */
export function testRights(name: string, open: () => Promise<Store>): void {
  describe(`rights: ${name}`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());
    const requestOf = (shopId: ShopId, requestId: string, more: Partial<NewRightsRequest> = {}): NewRightsRequest => ({
      ...{ requestId, shopId, kind: "access", platform: null, personId: anna, reference: null, at, dueAt: at + 30 * dayMs, state: "open" },
      ...more,
    });

    it("R39: of two open requests for the same there is one; closed, it may be asked again", async () => {
      const { rightsRequests } = store;
      const shop = freshShop();
      const same = { openKey: "access anna" };
      const added = await Promise.all(["a", "b", "c"].map((id) => rightsRequests.add(requestOf(shop, id, same))));
      expect(added.filter(Boolean)).toHaveLength(1);
      const kept = (await rightsRequests.openWith(shop, "access anna"))!;
      const steps = [{ at, action: "fulfil", state: "fulfilled", by: "shop" }] as const;
      const change = { state: "fulfilled", closedAt: at + 1, detail: ["trait: size"], steps } as const;
      expect([await rightsRequests.change(kept, change), await rightsRequests.change(kept, change)]).toEqual([true, false]);
      expect(await rightsRequests.get(shop, kept.requestId)).toMatchObject({ platform: null, source: "platform", ...change });
      expect(await rightsRequests.openWith(shop, "access anna")).toBeNull();
      expect(await rightsRequests.add(requestOf(shop, "d", same))).toBe(true);
      expect(await rightsRequests.get(freshShop(), "d")).toBeNull();
    });

    it("lists by date, filters, and goes on after any one", async () => {
      const { rightsRequests } = store;
      const shop = freshShop();
      for (const [index, id] of ["c", "a", "b"].entries())
        await rightsRequests.add(requestOf(shop, id, { dueAt: at + (index === 0 ? 9 : 5), personId: index === 0 ? null : anna }));
      const ids = async (query: Parameters<typeof rightsRequests.list>[1]) =>
        (await rightsRequests.list(shop, query)).map(({ requestId }) => requestId);
      expect(await ids({})).toEqual(["a", "b", "c"]);
      expect(await ids({ after: { dueAt: at + 5, requestId: "a" }, limit: 1 })).toEqual(["b"]);
      expect(await ids({ personIds: [anna], states: ["open"], kinds: ["access"] })).toEqual(["a", "b"]);
      expect([await ids({ states: [] }), await ids({ kinds: ["erasure"] }), await ids({ personIds: [] })]).toEqual([[], [], []]);
      expect((await rightsRequests.openClocks(shop)).map(({ dueAt }) => dueAt - at).sort()).toEqual([5, 5, 9]);
      expect((await rightsRequests.tally()).get("open")).toBeGreaterThanOrEqual(3);
    });

    it("R38: knows who is restricted, until it is lifted", async () => {
      const { rightsRequests } = store;
      const shop = freshShop();
      expect(await rightsRequests.anyRestricted(shop)).toBe(false);
      const restriction = { personId: anna, requestId: "r", at, learning: null };
      await rightsRequests.restrict(shop, restriction);
      await rightsRequests.restrict(shop, { ...restriction, at: at + 1, learning: "{}" });
      expect(await rightsRequests.restrictionsOf(shop, [anna, "p-bob" as PersonId])).toEqual([{ ...restriction, learning: "{}" }]);
      expect(await rightsRequests.anyRestricted(shop)).toBe(true);
      expect(await rightsRequests.restrictionsOf(freshShop(), [anna])).toEqual([]);
      await rightsRequests.lift(shop, [anna]);
      expect(await rightsRequests.restrictionsOf(shop, [anna])).toEqual([]);
    });
  });
}
