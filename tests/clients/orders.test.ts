import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AnonymousId } from "#domain/ids.ts";
import type { OrdersReply } from "#server/contract/orders.ts";
import { type HeldHouse, openHeldHouse } from "../support/held-house.ts";
import { runEach } from "../support/rapport-process.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { allow, customer, entries, historyOf } from "./hook-sender.ts";

const anna = customer("anna");
let held: HeldHouse;
beforeEach(async () => {
  held = await openHeldHouse();
  return () => held.close();
});

async function hand(body: unknown): Promise<{ status: number; body: OrdersReply }> {
  const { status, text } = await held.send("POST", "/v1/orders", body);
  return { status, body: JSON.parse(text) as OrdersReply };
}
const order = (more: object = {}) => ({
  orderId: "A-1",
  customerId: "anna",
  placedAt: "2026-05-01T10:00:00Z",
  changedAt: "2026-05-01T10:00:00Z",
  lines: [{ id: "mug", quantity: 2, price: 4.5, title: "A mug" }, { id: "pot" }],
  ...more,
});

describe("POST /v1/orders", () => {
  it("takes one, a list and a list by name; keeps them as records until the person allows their use", async () => {
    expect((await hand(order())).body).toEqual({ success: true, accepted: 1, ignored: {}, rejected: [] });
    expect((await hand([order(), order({ orderId: 2 })])).body).toMatchObject({ accepted: 1, ignored: { UNCHANGED: 1 } });
    expect((await hand({ orders: [order({ orderId: "A-3", customerId: undefined })] })).body.accepted).toBe(1);
    expect(await historyOf(held, anna)).toBeNull();
    await allow(held, anna);
    expect((await historyOf(held, anna))!.map(({ orderId, currency }) => [orderId, currency])).toEqual([
      ["A-1", "EUR"],
      ["2", "EUR"],
    ]);
    const guest = { customerId: null, anonymousId: "guest:A-3" as AnonymousId };
    await allow(held, guest);
    expect(await historyOf(held, guest)).toHaveLength(1);
  });

  it("takes an order as it then stands: changed, in part sent back, cancelled, and nothing that comes too late", async () => {
    await allow(held, anna);
    await hand(order());
    await hand(order({ changedAt: "2026-05-02T10:00:00Z", lines: [{ id: "mug", quantity: 3 }] }));
    expect((await hand(order())).body.ignored).toEqual({ STALE: 1 });
    const withReturn = order({
      changedAt: "2026-05-03T10:00:00Z",
      lines: [{ id: "mug", quantity: 3 }],
      returns: [{ returnId: 1, lines: [{ id: "mug" }] }],
    });
    expect((await hand(withReturn)).body.accepted).toBe(1);
    expect((await hand(withReturn)).body.ignored).toEqual({ UNCHANGED: 1 });
    const types = async () =>
      (await historyOf(held, anna))!
        .filter(({ lines }) => lines.length > 0)
        .map(({ type, lines }) => `${type} ${lines[0]!.itemId}×${lines[0]!.quantity}`);
    expect(await types()).toEqual(["purchase mug×3", "return mug×1"]);
    expect((await hand(order({ status: "cancelled", changedAt: "2026-05-04T10:00:00Z" }))).body.accepted).toBe(1);
    expect(await types()).toEqual([]);
  });

  it("tells which is wrong and keeps the others; a write key may not", async () => {
    const wrong = [
      order({ placedAt: "yesterday, I think" }),
      order({ customerId: "x\u0000y" }),
      order({ placedAt: "2036-01-01T00:00:00Z" }),
      order({ orderId: 9 }),
    ];
    const { status, body } = await hand(wrong);
    expect([status, body.success, body.accepted]).toEqual([200, false, 1]);
    expect(body.rejected.map(({ index, code }) => [index, code])).toEqual([
      [0, "EVENT_TIME_INVALID"],
      [1, "ID_INVALID"],
      [2, "EVENT_TIME_FUTURE"],
    ]);
    expect((await hand(order({ lines: [{ id: "mug", quantity: -1 }] }))).status).toBe(400);
    expect((await hand({ orders: [] })).status).toBe(400);
    expect(await entries(held)).toBe(1);
    const reply = await held.sendRaw({
      method: "POST",
      path: "/v1/orders",
      headers: { authorization: `Bearer ${held.keys.writeKey}` },
      payload: JSON.stringify(order()),
    });
    expect(reply.status).toBe(403);
  });
});

describe("connections", () => {
  it("by the API: put, listed without the secret, removed", async () => {
    const put = await held.send("PUT", "/v1/connections/shopify", { secret: "shpss_hush", itemId: "sku", consent: ["learn"] });
    expect(JSON.parse(put.text)).toMatchObject({ platform: "shopify", path: "/v1/hooks/shopify/Held", itemId: "sku", consent: ["learn"] });
    const list = await held.send("GET", "/v1/connections");
    expect(list.text).toContain("/v1/hooks/shopify/Held");
    expect(put.text + list.text).not.toContain("hush");
    const bad = [{ secret: "" }, { secret: "  " }, { secret: "a", consent: ["fun"] }, { secret: "a", itemId: "name" }, { secret: "x".repeat(501) }];
    for (const body of bad) expect((await held.send("PUT", "/v1/connections/shopify", body)).status).toBe(400);
    expect((await held.send("PUT", "/v1/connections/magento", { secret: "a" })).status).toBe(400);
    const remove = () =>
      held.sendRaw({ method: "DELETE", path: "/v1/connections/shopify", headers: { authorization: `Bearer ${held.keys.serverKey}` } });
    expect([(await remove()).status, (await remove()).status]).toEqual([200, 404]);
    for (const path of ["/v1/connections", "/v1/rights-requests"])
      expect((await held.sendRaw({ method: "GET", path, headers: { authorization: `Bearer ${held.keys.writeKey}` } })).status).toBe(403);
  });

  describe("by the command line", () => {
    const data = tempFolder("connect");
    let said: { code: number | null; stdout: string; stderr: string }[] = [];
    beforeAll(async () => {
      const shared = ["--data", data.path];
      said = await runEach(
        [
          ["shop", "create", "Lamp House", ...shared],
          ["connect", "shopify", "--shop", "Lamp House", "--secret", "shpss_0123456789abcdef", "--consent", "learn", ...shared],
          ["connect", "woocommerce", ...shared, "--json"],
          ["connect", "list", ...shared],
          ["connect", "requests", ...shared, "--json"],
          ["connect", "remove", "woocommerce", ...shared],
          ["connect", "remove", "woocommerce", ...shared],
          ["connect", "remove", "magento", ...shared],
          ["connect", "shopify", "--secret", "x", "--item-id", "name", ...shared],
          ["connect", "requests", "--done", "nothing", ...shared],
        ],
        { RAPPORT_CONNECT_SECRET: "from-the-environment" },
      );
    });
    afterAll(() => data.remove());

    it("connects, lists without secrets, and removes", () => {
      expect(said.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
      expect(said[1]!.stdout).toContain("/v1/hooks/shopify/Lamp%20House");
      expect(JSON.parse(said[2]!.stdout)).toMatchObject({ platform: "woocommerce", path: "/v1/hooks/woocommerce/Lamp%20House" });
      expect(said[3]!.stdout.split("\n")).toHaveLength(3);
      expect(JSON.parse(said[4]!.stdout)).toEqual([]);
      expect(said.map(({ stdout, stderr }) => stdout + stderr).join()).not.toMatch(/0123456789abcdef|from-the-environment/);
    });
  });
});
