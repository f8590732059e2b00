import { describe, expect, it } from "vitest";
import type { ShopId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import type { CatalogueStore, ModelStore } from "#storage/ports.ts";
import { createShopSnapshots } from "./shop-snapshot.ts";

const shop = "shop" as ShopId;

describe("shop snapshots", () => {
  it("a look that began before a change does not hide it", async () => {
    let titles = ["before"];
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let looks = 0;
    const catalogue = {
      revision: async () => titles.length,
      all: async () => {
        const seen = titles.map(
          (title) => ({ itemId: title, title, available: true, stock: null, categories: [], brand: null, price: null }) as unknown as CatalogueItem,
        );
        if (looks++ === 0) await held;
        return seen;
      },
    } as unknown as CatalogueStore;
    const models = { latestVersion: async () => 0 } as unknown as ModelStore;
    const snapshots = createShopSnapshots({ catalogue, models, clock: () => 1000 });
    const early = snapshots.of(shop);
    await new Promise((resolve) => setImmediate(resolve));
    titles = ["before", "after"];
    snapshots.expire(shop);
    const late = await snapshots.of(shop);
    letGo();
    await early;
    expect(late.items.map(({ title }) => title)).toEqual(["before", "after"]);
    expect((await snapshots.of(shop)).items.map(({ title }) => title)).toEqual(["before", "after"]);
  });

  it("is asked for anew beside whoever is answered, and waited for only after its time", async () => {
    let now = 1000;
    let title = "before";
    const catalogue = {
      revision: async () => title,
      all: async () => [{ itemId: "a", title, available: true, stock: null, categories: [], brand: null, price: null }],
    } as unknown as CatalogueStore;
    const models = { latestVersion: async () => 0 } as unknown as ModelStore;
    const snapshots = createShopSnapshots({ catalogue, models, clock: () => now });
    const titleNow = async () => (await snapshots.of(shop)).items[0]!.title;
    expect(await titleNow()).toBe("before");
    title = "after";
    now += 200;
    expect(await titleNow()).toBe("before");
    now += 100;
    expect(await titleNow()).toBe("before");
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await titleNow()).toBe("after");
    title = "last";
    now += 500;
    expect(await titleNow()).toBe("last");
  });
});
