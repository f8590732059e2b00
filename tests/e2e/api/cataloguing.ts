import { expect, it } from "vitest";
import type { ConsentsReply } from "#server/contract/consents.ts";
import type { CustomersReply, ShopReply } from "#server/contract/console.ts";
import type { ErrorReply } from "#server/contract/errors.ts";
import type { ItemReply, ItemsReply } from "#server/contract/items.ts";
import type { RecommendationsReply } from "#server/contract/recommendations.ts";
import { type ApiWorld, allPurposes } from "../../support/api-world.ts";
import { tasteItems } from "../../support/two-tastes.ts";

const itemsThere = async (world: ApiWorld, query = "") => (await world.api.get<ItemsReply>(`/v1/items${query}`)).body;

/** The catalogue, and the wall between two shops of one installation. */
export function testCataloguing(given: () => ApiWorld): void {
  it("gives back an item as it was described, whatever its id looks like", async () => {
    const { api } = given();
    const item = {
      id: "50% off/Käse & Wein #1?",
      title: "Fondue für zwei 🫕",
      description: "With <b>angle brackets</b>.",
      categories: ["Food", "Cheese"],
      brand: "Alm",
      price: 39.9,
      currency: "CHF",
      stock: 4,
      available: true,
      url: "https://shop.example/fondue",
      imageUrl: "https://shop.example/fondue.jpg",
      attributes: { color: "red", size: ["M", "L"], deep: { list: [1, null, true, { ä: "ö" }] } },
      releasedAt: "2026-03-01T00:00:00.000Z",
    };
    expect((await api.put("/v1/items", { items: [item, { id: 4711, title: "A number for an id" }] })).body).toEqual({ success: true, items: 2 });
    const { body } = await api.get<ItemReply>(`/v1/items/${encodeURIComponent(item.id)}`);
    expect(body).toMatchObject({ ...item, source: "shop" });
    expect((await api.get<ItemReply>("/v1/items/4711")).body).toMatchObject({ id: "4711", price: null, stock: null, available: true });
    await api.put("/v1/items", { items: [{ id: item.id, title: "Sold out fondue", stock: 0 }] });
    expect((await api.get<ItemReply>(`/v1/items/${encodeURIComponent(item.id)}`)).body).toMatchObject({
      title: "Sold out fondue",
      stock: 0,
      brand: null,
    });
  });

  it("pages through the whole catalogue once, and finds by title and id whatever the case", async () => {
    const world = given();
    const met: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 20; page++) {
      const reply: ItemsReply = await itemsThere(world, `?limit=7${after === null ? "" : `&after=${encodeURIComponent(after)}`}`);
      met.push(...reply.items.map(({ id }) => id));
      after = reply.next;
      if (after === null) break;
    }
    const { total } = await itemsThere(world, "?limit=1");
    expect(after).toBeNull();
    expect(met.length).toBe(total);
    expect(new Set(met).size).toBe(total);
    for (const { id } of tasteItems) expect(met).toContain(id);
    expect((await itemsThere(world, "?q=TEA%20NUMBER&limit=100")).items.map(({ id }) => id).sort()).toEqual(
      tasteItems.flatMap(({ id }) => (id.startsWith("tea") ? [id] : [])).sort(),
    );
    expect((await itemsThere(world, "?q=tools-0")).total).toBe(10);
    expect((await itemsThere(world, "?q=%25")).items.map(({ id }) => id)).toEqual(["50% off/Käse & Wein #1?"]);
    expect((await itemsThere(world, "?q=nothing-like-it")).items).toEqual([]);
  });

  it("serves a new item, and stops serving a sold-out one, from the next request on", async () => {
    const { api } = given();
    const fresh = async () => {
      const { body } = await api.post<RecommendationsReply>("/v1/recommendations", { surface: "new", n: 100 });
      return body.items.map(({ id }) => id);
    };
    await fresh();
    await api.put("/v1/items", { items: [{ id: "brand-new", title: "Brand new" }] });
    expect(await fresh()).toContain("brand-new");
    await api.put("/v1/items", { items: [{ id: "brand-new", title: "Brand new", available: false }] });
    expect(await fresh()).not.toContain("brand-new");
  });

  it("knows an item from an event until the shop describes it", async () => {
    const { api, pages } = given();
    await pages.put("/v1/consents", { customerId: "first-finder", purposes: allPurposes });
    const properties = { product_id: "from-an-event", name: "Met in passing", category: "Oddities", price: 3 };
    await pages.post("/v1/track", { userId: "first-finder", event: "Product Viewed", properties });
    expect((await api.get<ItemReply>("/v1/items/from-an-event")).body).toMatchObject({
      title: "Met in passing",
      categories: ["Oddities"],
      source: "event",
    });
    await api.put("/v1/items", { items: [{ id: "from-an-event", title: "Described", available: false }] });
    await pages.post("/v1/track", { userId: "first-finder", event: "Product Viewed", properties });
    expect((await api.get<ItemReply>("/v1/items/from-an-event")).body).toMatchObject({ title: "Described", source: "shop" });
  });

  it("two shops in one installation never see each other", async () => {
    const { api, other, otherKeys } = given();
    expect((await other.get<ShopReply>("/v1/shop")).body).toMatchObject({ shop: otherKeys.shop, people: 0, items: 0, events: 0, consents: [] });
    expect((await other.get<ItemsReply>("/v1/items")).body).toEqual({ items: [], total: 0, next: null });
    expect((await other.get<CustomersReply>("/v1/customers")).body).toEqual({ customers: [] });
    for (const path of ["/v1/items/tea-00", "/v1/customers/tea-fan-0"]) {
      expect((await api.get(path)).status).toBe(200);
      expect((await other.get(path)).status).toBe(404);
    }
    const { mayAsk, ...decided } = (await other.get<ConsentsReply>("/v1/consents?customerId=tea-fan-0")).body;
    expect(decided).toEqual({ purposes: {}, decisions: [], child: false });
    for (const { because } of Object.values(mayAsk!)) expect(because).toBe("never-asked");
    const events = (await other.get<{ events: unknown[] }>("/v1/events/recent")).body.events;
    expect(events).toEqual([]);

    // The same ids mean another item and another person here, and neither shop's answers move by the other's.
    const ask = { surface: "popular", n: 100 };
    const before = (await api.post<RecommendationsReply>("/v1/recommendations", ask)).body.items;
    await other.put("/v1/items", { items: [{ id: "tea-00", title: "Quite another tea-00" }] });
    await other.put("/v1/consents", { customerId: "tea-fan-0", purposes: { ...allPurposes, personalize: false } });
    const viewed = { userId: "tea-fan-0", event: "Product Viewed", properties: { product_id: "tea-00" } };
    expect((await other.post<{ accepted: number }>("/v1/track", viewed)).body.accepted).toBe(1);
    expect((await api.get<ItemReply>("/v1/items/tea-00")).body.title).toBe("Tea number 0");
    const forFan = { surface: "for-you", customerId: "tea-fan-0", preview: true };
    expect((await api.post<RecommendationsReply>("/v1/recommendations", forFan)).body.personalized).toBe(true);
    const there = (await other.post<RecommendationsReply>("/v1/recommendations", forFan)).body;
    expect(there.personalized).toBe(false);
    expect(there.items.every(({ id }) => id === "tea-00")).toBe(true);
    expect((await other.post<ErrorReply>("/v1/recommendations", { surface: "similar", item: "tools-01" })).body.error.code).toBe("ITEM_UNKNOWN");
    expect((await api.post<RecommendationsReply>("/v1/recommendations", ask)).body.items).toEqual(before);
  });
}
