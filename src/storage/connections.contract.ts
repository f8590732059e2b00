import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ItemId, OrderId, PersonId, ShopId } from "#domain/ids.ts";
import type { Connection, OrderRecord } from "./ports/connection-store.ts";
import type { NewRightsRequest } from "./ports/rights-request-store.ts";
import type { Store } from "./ports.ts";

let number = 0;
const fresh = (what: string) => `${what}-${++number}-${process.pid}`;
const at = Date.UTC(2026, 0, 15);

/** What every store must do about connections, orders and products they told of, and requests that came by them. */
export function testConnections(name: string, open: () => Promise<Store>): void {
  describe(`connections contract: ${name}`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());
    const connection = (shopId: ShopId, more: Partial<Connection> = {}): Connection => ({
      connectionId: fresh("connection"),
      shopId,
      platform: "shopify",
      secret: "hush",
      itemIdSource: "product",
      consents: [],
      notice: null,
      createdAt: at,
      ...more,
    });

    it("keeps one connection a shop and platform, which keeps its id when it is replaced", async () => {
      const shopId = fresh("shop") as ShopId;
      const first = connection(shopId);
      expect(await store.connections.put(first)).toEqual(first);
      const changed = { secret: "other", itemIdSource: "sku", consents: ["learn", "measure"], notice: "terms" } as const;
      const second = await store.connections.put(connection(shopId, { ...changed, createdAt: at + 5 }));
      expect(second).toEqual({ ...first, ...changed });
      const woo = await store.connections.put(connection(shopId, { platform: "woocommerce" }));
      expect(await store.connections.list(shopId)).toEqual([second, woo]);
      expect(await store.connections.find(shopId, "shopify")).toEqual(second);
      expect(await store.connections.byId(first.connectionId)).toEqual(second);
      expect([await store.connections.remove(shopId, "shopify"), await store.connections.remove(shopId, "shopify")]).toEqual([true, false]);
      expect([await store.connections.byId(first.connectionId), await store.connections.find(shopId, "shopify")]).toEqual([null, null]);
      expect(await store.connections.list(fresh("shop") as ShopId)).toEqual([]);
    });

    it("remembers the last of an order and of a product, for each shop", async () => {
      const shopId = fresh("shop") as ShopId;
      const order: OrderRecord = { orderId: "1" as OrderId, personId: "p" as PersonId, changedAt: at, state: "placed", digest: "a" };
      await store.connections.keepOrder(shopId, order);
      await store.connections.keepOrder(shopId, { ...order, state: "cancelled", changedAt: at + 1, digest: "b" });
      const known = await store.connections.orders(shopId, ["1", "2"] as OrderId[]);
      expect([...known]).toEqual([["1", { ...order, state: "cancelled", changedAt: at + 1, digest: "b" }]]);
      expect((await store.connections.orders(fresh("shop") as ShopId, ["1"] as OrderId[])).size).toBe(0);
      await store.connections.keepProduct(shopId, "shopify", { productId: "7", changedAt: at, itemIds: ["a", "b"] as ItemId[] });
      await store.connections.keepProduct(shopId, "shopify", { productId: "7", changedAt: at + 1, itemIds: ["b"] as ItemId[] });
      expect(await store.connections.product(shopId, "shopify", "7")).toEqual({ productId: "7", changedAt: at + 1, itemIds: ["b"] });
      expect(await store.connections.product(shopId, "woocommerce", "7")).toBeNull();
    });

    it("takes a request once, lists what is due first, and closes it once", async () => {
      const shopId = fresh("shop") as ShopId;
      const request = (requestId: string, dueAt: number): NewRightsRequest => ({
        requestId,
        shopId,
        kind: "erase-customer",
        platform: "shopify",
        personId: "p" as PersonId,
        reference: "9",
        at,
        dueAt,
        state: "open",
      });
      const [late, soon] = [request("late", at + 9), request("soon", at + 3)];
      expect([await store.rightsRequests.add(late), await store.rightsRequests.add(soon), await store.rightsRequests.add(late)]).toEqual([
        true,
        true,
        false,
      ]);
      const asOpen = { ...soon, steps: [] };
      const close = () => store.rightsRequests.change(asOpen, { state: "fulfilled" });
      expect([await close(), await close()]).toEqual([true, false]);
      expect(await store.rightsRequests.list(shopId)).toMatchObject([{ ...soon, state: "fulfilled" }, late]);
      expect(await store.rightsRequests.list(fresh("shop") as ShopId)).toEqual([]);
    });
  });
}
