import { Analytics } from "@segment/analytics-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CustomerReply } from "#server/contract/console.ts";
import { consented, type Line, openLine, openSegmentWorld, type SegmentWorld, suiteOf } from "./segment-world.ts";

// Segment's own library for servers, as it is published, pointed at a running Rapport.

describe(suiteOf("@segment/analytics-node"), () => {
  let world: SegmentWorld;
  let line: Line;
  beforeAll(async () => {
    world = await openSegmentWorld();
    line = await openLine(world.address);
  });
  afterAll(async () => {
    line?.close();
    await world?.close();
  });

  type Settings = Partial<ConstructorParameters<typeof Analytics>[0]>;
  /** Runs it to its end; the errors it reported. */
  async function run(use: (analytics: Analytics) => void, settings: Settings = {}): Promise<string[]> {
    const analytics = new Analytics({ writeKey: world.writeKey, host: line.address, flushAt: 50, flushInterval: 100, maxRetries: 3, ...settings });
    const errors: string[] = [];
    analytics.on("error", (error) => errors.push(`${error.code}: ${String(error.reason)}`));
    line.seen.length = 0;
    use(analytics);
    await analytics.closeAndFlush({ timeout: 20_000 });
    return errors;
  }

  it("every call arrives, and an order with its products", async () => {
    const who = { userId: "nina", anonymousId: "ninas-laptop", context: consented };
    const errors = await run((analytics) => {
      analytics.identify({ ...who, traits: { email: "nina@shop.example" } });
      analytics.page({ ...who, name: "Home", properties: { url: "https://shop.example/" } });
      analytics.screen({ ...who, name: "Start" });
      analytics.group({ ...who, groupId: "club", traits: { name: "The club" } });
      analytics.alias({ userId: "nina", previousId: "ninas-laptop", context: consented });
      analytics.track({ ...who, event: "Product Viewed", properties: { product_id: "mug", name: "A mug", price: 8 } });
      const products = [
        { product_id: "mug", price: 8, quantity: 2 },
        { product_id: "tea", price: 4, quantity: 1 },
      ];
      analytics.track({ ...who, event: "Order Completed", properties: { order_id: "o-1", total: 20, currency: "EUR", products } });
    });
    expect(errors).toEqual([]);
    const calls = ["identify", "page", "screen", "group", "alias", "Product Viewed", "Order Completed"];
    expect(await world.storedNames()).toEqual(expect.arrayContaining(calls));
    const { history } = (await world.api.get<CustomerReply>("/v1/customers/nina")).body;
    const order = history!.find(({ name }) => name === "Order Completed")!;
    expect(order.type).toBe("purchase");
    expect(order.items.map(({ id, quantity }) => [id, quantity])).toEqual([
      ["mug", 2],
      ["tea", 1],
    ]);
    expect(JSON.stringify(history)).not.toContain("nina@shop.example");
  });

  it("sends in batches, as many as it likes", async () => {
    const before = await world.countStored();
    const errors = await run(
      (analytics) => {
        for (let at = 0; at < 230; at++)
          analytics.track({
            anonymousId: `visitor-${at}`,
            event: "Product Viewed",
            properties: { product_id: `item-${at % 7}` },
            context: consented,
          });
      },
      { flushAt: 100 },
    );
    expect(errors).toEqual([]);
    expect(line.seen.map(({ path }) => path)).toEqual(["/v1/batch", "/v1/batch", "/v1/batch"]);
    expect(await world.countStored()).toBe(before + 230);
  });

  it("what failed on the way is sent again, and stored once", async () => {
    line.fail({ status: 500 }, { status: 429, headers: { "retry-after": "1" } });
    const event = { userId: "retried", event: "Product Added", properties: { product_id: "mug" }, context: consented };
    expect(await run((analytics) => analytics.track(event))).toEqual([]);
    expect(line.seen.map(({ headers }) => headers["x-retry-count"])).toEqual([undefined, "1", "2"]);
    expect((await world.storedNames()).filter((name) => name === "Product Added")).toHaveLength(1);
    // And once more what had already arrived, as after an answer that got lost.
    const replayed = await fetch(`${world.address}/v1/batch`, { method: "POST", body: line.seen.at(-1)!.body.toString() });
    expect(await replayed.json()).toMatchObject({ accepted: 0, dropped: { DUPLICATE: 1 } });
  });

  it("nothing is kept of who was not asked, and the library is content", async () => {
    const before = await world.countStored();
    expect(await run((analytics) => analytics.track({ userId: "unasked", event: "Product Viewed", properties: { product_id: "mug" } }))).toEqual([]);
    expect(await world.countStored()).toBe(before);
  });

  it("what can never be stored is not tried again", async () => {
    const wrongKey = await run((analytics) => analytics.track({ userId: "nina", event: "Product Viewed" }), { writeKey: "rk_w_wrong" });
    expect(wrongKey).toEqual([expect.stringContaining("401")]);
    expect(line.seen).toHaveLength(1);
    // One bad message does not take the good ones of its batch with it, nor is the batch sent again.
    const long = "x".repeat(10_000);
    const errors = await run((analytics) => {
      analytics.track({ userId: long, event: "Product Viewed", properties: { product_id: "mug" }, context: consented });
      analytics.track({ userId: "beside", event: "Cart Viewed", messageId: "m".repeat(100), context: consented });
    });
    expect(errors).toEqual([]);
    expect(line.seen).toHaveLength(1);
    expect(await world.storedNames()).toContain("Cart Viewed");
  });
});
