import { describe, expect, it } from "vitest";
import type { FeedRun } from "#domain/feed.ts";
import type { ItemId, ShopId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import type { RunEnd } from "./ports/feed-store.ts";
import type { Store } from "./ports.ts";

const at = Date.UTC(2026, 4, 1);
let number = 0;

/** What every store must promise of product feeds. */
export function testFeeds(given: () => Store): void {
  const run: FeedRun = {
    startedAt: at,
    finishedAt: at + 1,
    outcome: "applied",
    problem: null,
    format: "xml",
    rows: 1,
    added: 1,
    changed: 0,
    unchanged: 0,
    removed: 0,
    refused: [{ reason: "ID_MISSING", rows: 1, examples: [{ row: 2, field: "id", value: "ä", itemId: null }] }],
    noted: [],
  };
  const end: RunEnd = { run, etag: '"v1"', lastModified: "Fri, 01 May 2026 00:00:00 GMT", staleAt: at + 5 };
  const item = (id: string, more: Partial<CatalogueItem> = {}): CatalogueItem => ({
    itemId: id as ItemId,
    title: `Title of ${id}`,
    description: null,
    categories: ["Kitchen"],
    brand: null,
    price: 4.5,
    currency: "GBP",
    stock: 3,
    available: true,
    url: null,
    imageUrl: null,
    attributes: { color: "red", list: ["a", 1], deep: { yes: true } },
    releasedAt: at - 5,
    source: "shop",
    createdAt: at,
    updatedAt: at,
    ...more,
  });
  const open = async () => {
    const shopId = `feed-shop-${number++}` as ShopId;
    const store = given();
    const feed = await store.feeds.put({
      feedId: `f-${shopId}`,
      shopId,
      name: "n",
      location: "https://x",
      everyMs: null,
      complete: true,
      createdAt: at,
    });
    const key = (token: string) => ({ shopId, feedId: feed.feedId, token: `${shopId}-${token}`, owns: true });
    const laid = (...items: readonly CatalogueItem[]) => items.map((one) => ({ itemId: one.itemId, item: one }));
    return { shopId, store, feed, key, laid };
  };

  describe("feeds", () => {
    it("lays aside, applies in one piece with one revision, and finds nothing new the second time", async () => {
      const { shopId, store, key, laid } = await open();
      const first = key("1");
      expect(await store.feeds.begin(first, at, null)).toBe(true);
      const many = Array.from({ length: 1234 }, (_, place) => item(`i${place}`));
      expect(new Set(await store.feeds.stage(first, laid(...many), at))).toEqual(new Set(["added"]));
      expect(await store.feeds.stage(first, laid(item("i7"), item("x"), item("x")), at)).toEqual(["repeated", "added", "repeated"]);
      expect([await store.catalogue.count(shopId, null), await store.catalogue.revision(shopId)]).toEqual([0, 0]);
      expect(await store.feeds.weigh(first)).toEqual({ owned: 0, missing: 0 });
      expect(await store.feeds.apply(first, true, at + 9, () => end)).toEqual({ removed: 0 });
      expect([await store.catalogue.count(shopId, null), await store.catalogue.revision(shopId)]).toEqual([1235, 1]);
      expect((await store.catalogue.get(shopId, ["x" as ItemId])).get("x" as ItemId)).toEqual(item("x", { createdAt: at + 9, updatedAt: at + 9 }));
      expect(await store.feeds.byName(shopId, "n")).toMatchObject({
        lastRun: run,
        etag: end.etag,
        lastModified: end.lastModified,
        staleAt: end.staleAt,
      });

      const second = key("2");
      await store.feeds.begin(second, at, null);
      expect(new Set(await store.feeds.stage(second, laid(...many), at))).toEqual(new Set(["unchanged"]));
      expect(await store.feeds.stage(second, [{ itemId: "x" as ItemId, item: null }], at)).toEqual(["seen"]);
      expect(await store.feeds.weigh(second)).toEqual({ owned: 1235, missing: 0 });
      await store.feeds.apply(second, true, at, () => end);
      expect(await store.catalogue.revision(shopId)).toBe(1);
    });

    it("takes what is missing off sale, and only its own", async () => {
      const { shopId, store, key, laid } = await open();
      await store.catalogue.put(shopId, [item("api")]);
      await store.feeds.begin(key("1"), at, null);
      await store.feeds.stage(key("1"), laid(item("a"), item("b"), item("c")), at);
      await store.feeds.apply(key("1"), true, at, () => end);
      await store.catalogue.put(shopId, [item("c", { title: "by hand" })]);
      await store.feeds.begin(key("2"), at, null);
      expect(await store.feeds.stage(key("2"), laid(item("a", { price: null })), at)).toEqual(["changed"]);
      expect(await store.feeds.weigh(key("2"))).toEqual({ owned: 2, missing: 1 });
      expect(await store.feeds.apply(key("2"), true, at, () => end)).toEqual({ removed: 1 });
      expect((await store.catalogue.all(shopId)).map(({ itemId, available, title }) => [itemId, available, title])).toEqual([
        ["a", true, "Title of a"],
        ["api", true, "Title of api"],
        ["b", false, "Title of b"],
        ["c", true, "by hand"],
      ]);
    });

    it("a run that is given up leaves nothing behind, and an overtaken one may do nothing more", async () => {
      const { shopId, store, key, laid, feed } = await open();
      await store.feeds.begin(key("1"), at, null);
      await store.feeds.stage(key("1"), laid(item("a")), at);
      await store.feeds.begin(key("2"), at, null);
      await expect(store.feeds.apply(key("1"), true, at, () => end)).rejects.toThrow("FEED_OVERTAKEN");
      expect(await store.feeds.stage(key("2"), laid(item("a")), at)).toEqual(["added"]);
      await store.feeds.abandon(key("2"), null);
      await expect(store.feeds.stage(key("2"), laid(item("a")), at)).rejects.toThrow("FEED_OVERTAKEN");
      expect(await store.catalogue.count(shopId, null)).toBe(0);
      expect(await store.feeds.remove(shopId, feed.feedId)).toBe(true);
      expect(await store.feeds.remove(shopId, feed.feedId)).toBe(false);
      expect(await store.feeds.begin(key("3"), at, null)).toBe(false);
    });
  });
}
