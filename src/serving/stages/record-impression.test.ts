import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { CustomerId, ItemId, ShopId } from "#domain/ids.ts";
import { furnish } from "#server/compose.ts";
import type { EventLog } from "#storage/ports.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";

// Through the whole house: whatever stands between an answer and the store must leave the impression what it is.

const now = Date.UTC(2026, 0, 15);
const shop = "shop" as ShopId;
const customerId = "anna" as CustomerId;

describe("the impression of an answer", () => {
  it("is waited for by nobody but those who read it", async () => {
    const store = await openSqlite(":memory:");
    const impressions: unknown[] = [];
    let write = () => {};
    const mayWrite = new Promise<void>((resolve) => {
      write = resolve;
    });
    const append: EventLog["append"] = async (shopId, entries, options) => {
      const isImpression = entries.some((entry) => entry.kind === "event" && entry.event.type === "impression");
      if (isImpression) {
        impressions.push(options);
        await mayWrite;
      }
      return store.log.append(shopId, entries, options);
    };
    const house = furnish({ ...store, log: { ...store.log, append } }, () => now, randomUUID);
    await house.store.shops.create({ shopId: shop, name: "Shop", currency: "EUR", createdAt: now }, { personKey: "k", keyHashes: [] });
    await house.store.catalogue.put(shop, [
      {
        ...{ itemId: "mug" as ItemId, title: "Mug", description: null, categories: [], brand: null, price: 4, currency: "EUR", stock: null },
        ...{ available: true, url: null, imageUrl: null, attributes: {}, releasedAt: null, source: "shop", createdAt: now, updatedAt: now },
      },
    ]);
    await house.recordConsents(shop, [
      { names: { customerId, anonymousId: null }, purposes: new Map([["measure", true]]), source: "person", notice: "v1", how: "banner" },
    ]);
    const asked = await house.recommend(shop, {
      ...{ customerId, anonymousId: null, sessionId: null, surface: "new", pageItems: [], basket: [], n: 5, category: null },
      ...{ explain: "none", preview: false },
    });
    // Answered, though the store has not yet taken it.
    expect([asked.ok, impressions]).toEqual([true, [{ lazily: true }]]);
    write();
    await store.close();
  });
});
