import RudderAnalytics from "@rudderstack/rudder-sdk-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { consented, type Line, openLine, openSegmentWorld, type SegmentWorld, suiteOf } from "./segment-world.ts";

// RudderStack's library for servers, as it is published: gzip under the label of a form.

describe(suiteOf("@rudderstack/rudder-sdk-node"), () => {
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

  async function run(use: (client: RudderAnalytics) => void, options: Record<string, unknown> = {}): Promise<string[]> {
    const errors: string[] = [];
    const client = new RudderAnalytics(world.writeKey, {
      dataPlaneUrl: line.address,
      logLevel: "silent",
      flushInterval: 50,
      errorHandler: (error: Error) => void errors.push(error.message),
      ...options,
    });
    line.seen.length = 0;
    use(client);
    await client.flush().catch((error: Error) => errors.push(error.message));
    return errors;
  }
  const who = { userId: "rudi", anonymousId: "rudis-phone", context: consented };

  it("every call arrives in gzip, labelled as a form", async () => {
    const errors = await run((client) => {
      client.identify({ ...who, traits: { email: "rudi@shop.example" } });
      client.track({ ...who, event: "Product Viewed", properties: { product_id: "mug" } });
      client.page({ ...who, name: "Home" });
      client.screen({ ...who, name: "Start" });
      client.group({ ...who, groupId: "club" });
      client.alias({ userId: "rudi", previousId: "rudis-old-phone", context: consented });
    });
    expect(errors).toEqual([]);
    const [{ headers, body, path }] = line.seen as [Line["seen"][number]];
    expect([path, headers["content-encoding"], headers["content-type"], body.subarray(0, 2).toString("hex")]).toEqual([
      "/v1/batch",
      "gzip",
      "application/x-www-form-urlencoded",
      "1f8b",
    ]);
    for (const name of ["Product Viewed", "page", "screen", "group", "identify"]) expect(await world.storedNames()).toContain(name);
  });

  it("without gzip too", async () => {
    expect(await run((client) => client.track({ ...who, event: "Cart Viewed" }), { gzip: false })).toEqual([]);
    expect(line.seen[0]!.body.toString()).toMatch(/^\{/);
    expect(await world.storedNames()).toContain("Cart Viewed");
  });

  it("what failed on the way is sent again, and stored once", async () => {
    line.fail({ status: 503 }, { status: 500 });
    expect(await run((client) => client.track({ ...who, event: "Product Added", properties: { product_id: "mug" } }))).toEqual([]);
    expect(line.seen).toHaveLength(3);
    expect((await world.storedNames()).filter((name) => name === "Product Added")).toHaveLength(1);
  });

  it("a wrong key is told, and not tried for ever", async () => {
    const errors: string[] = [];
    const client = new RudderAnalytics("rk_w_wrong", {
      dataPlaneUrl: line.address,
      logLevel: "silent",
      errorHandler: (error: Error) => void errors.push(error.message),
    });
    line.seen.length = 0;
    client.track({ ...who, event: "Product Viewed", properties: { product_id: "mug" } });
    await client.flush().catch((error: Error) => errors.push(error.message));
    expect(errors[0]).toContain("401");
    expect(line.seen).toHaveLength(1);
  });
});
