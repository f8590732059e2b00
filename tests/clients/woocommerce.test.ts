import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AnonymousId } from "#domain/ids.ts";
import { type HeldHouse, openHeldHouse } from "../support/held-house.ts";
import { allow, changed, customer, entries, fixture, historyOf, itemOf, post, sign } from "./hook-sender.ts";

const secret = `x&"'<>y secret of the webhook`;
const path = "/v1/hooks/woocommerce/Held";
const buyer = customer("26");
let held: HeldHouse;

beforeEach(async () => {
  held = await openHeldHouse();
  await connect({});
});
afterEach(() => held.close());

const connect = (more: object) => held.send("PUT", "/v1/connections/woocommerce", { secret, ...more });
function send(topic: string, body: string, more: Record<string, string> = {}) {
  const [resource = "", event = ""] = topic.split(".");
  const headers = {
    "content-type": "application/json",
    "x-wc-webhook-source": "https://shop.example/",
    "x-wc-webhook-topic": topic,
    "x-wc-webhook-resource": resource,
    "x-wc-webhook-event": event,
    "x-wc-webhook-signature": sign(secret, body),
    "x-wc-webhook-id": "3",
    // Made of the webhook and the second: it does not tell two orders apart.
    "x-wc-webhook-delivery-id": "36e520ebabc2fa725092ff4a47acedf2",
    ...more,
  };
  return post(held, path, headers, body);
}
const order = (...pairs: [string, string][]) => changed(fixture("woocommerce-order"), ...pairs);
const status = (name: string, minute: number): [string, string][] => [
  ['"status": "processing"', `"status": "${name}"`],
  ['"date_modified_gmt": "2026-04-22T19:28:08"', `"date_modified_gmt": "2026-04-22T20:${String(minute).padStart(2, "0")}:00"`],
];
const unpaid: [string, string] = ['"date_paid_gmt": "2026-04-22T19:28:08"', '"date_paid_gmt": null'];
const unpaidToo: [string, string] = ['"date_paid": "2026-04-22T16:28:08"', '"date_paid": null'];
const bought = async () => (await historyOf(held, buyer))!.filter(({ type }) => type === "purchase");

describe("WooCommerce's signature", () => {
  it("is base64 of HMAC-SHA256 over the bytes, worked out elsewhere", async () => {
    // printf '{"id":1}' | openssl dgst -sha256 -hmac hush -binary | base64
    await connect({ secret: "hush" });
    const headers = { "x-wc-webhook-topic": "coupon.created", "x-wc-webhook-signature": "VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY=" };
    expect((await post(held, path, headers, '{"id":1}')).status).toBe(200);
    expect((await post(held, path, headers, '{"id":1} ')).status).toBe(401);
  });

  it("property: with any byte of body or signature changed, or none sent, it is a 401 and nothing is stored", async () => {
    const body = Buffer.from(fixture("woocommerce-order"));
    const signature = sign(secret, body);
    const topic = { "x-wc-webhook-topic": "order.created" };
    await fc.assert(
      fc.asyncProperty(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(signature.length - 1), async (at, change, signAt) => {
        const flipped = Buffer.from(body);
        flipped[at]! ^= change;
        expect((await post(held, path, { ...topic, "x-wc-webhook-signature": signature }, flipped)).status).toBe(401);
        const other = signature[signAt] === "A" ? "B" : "A";
        const wrong = signature.slice(0, signAt) + other + signature.slice(signAt + 1);
        expect((await post(held, path, { ...topic, "x-wc-webhook-signature": wrong }, body)).status).toBe(401);
      }),
      { numRuns: 60 },
    );
    expect((await post(held, path, topic, body)).status).toBe(401);
    expect(await entries(held)).toBe(0);
  });

  it("is not asked of the ping that is sent when a webhook is saved, and nothing else passes for one", async () => {
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect(await post(held, path, form, "webhook_id=17")).toMatchObject({ status: 200, body: { success: true, ignored: "PING" } });
    expect((await post(held, path, form, "webhook_id=17&id=1")).status).toBe(401);
    expect((await post(held, path, form, "")).status).toBe(401);
    expect((await post(held, "/v1/hooks/woocommerce/Nobody", form, "webhook_id=17")).status).toBe(404);
  });
});

describe("WooCommerce's orders", () => {
  it("are kept as records, with no more of the person than their number, and used once the person allows it", async () => {
    expect(await send("order.created", order())).toMatchObject({ status: 200, body: { success: true, accepted: 1 } });
    expect(await historyOf(held, buyer)).toBeNull();
    await allow(held, buyer);
    expect((await bought())[0]).toMatchObject({
      name: "Order Completed",
      orderId: "727",
      currency: "EUR",
      occurredAt: Date.UTC(2026, 3, 22, 19, 28, 2),
      lines: [
        { itemId: "93", quantity: 2, unitPrice: 3 },
        { itemId: "22", quantity: 1, unitPrice: 12 },
      ],
    });
    const { identities, log } = held.house.store;
    const told = JSON.stringify([await identities.list(held.shopId, "customer", 10), await log.recent(held.shopId, 10)]);
    for (const personal of ["john", "Doe", "969 Market", "203.0.113.9"]) expect(told).not.toContain(personal);
  });

  it.each<[string, boolean]>([
    ["processing", true],
    ["completed", true],
    ["wc-completed", true],
    ["pending", false],
    ["on-hold", false],
    ["checkout-draft", false],
    ["failed", false],
    ["cancelled", false],
    ["trash", false],
    ["shipped", false],
  ])("with status %s, unpaid: a purchase is %s", async (name, isPurchase) => {
    const { status: answered, body } = await send("order.created", order(...status(name, 1), unpaid, unpaidToo));
    expect([answered, body.accepted, body.ignored]).toEqual([200, isPurchase ? 1 : 0, isPurchase ? null : "ORDER_NOT_PLACED"]);
  });

  it("with a status of a plugin's own count once they are paid", async () => {
    expect((await send("order.updated", order(...status("shipped", 1)))).body.accepted).toBe(1);
  });

  it("two of one second share a delivery id and are two all the same; one told twice is one", async () => {
    expect((await send("order.created", order())).body.accepted).toBe(1);
    expect((await send("order.created", order(['"id": 727', '"id": 728']))).body.accepted).toBe(1);
    expect((await send("order.created", order())).body).toMatchObject({ accepted: 0, ignored: "UNCHANGED" });
    expect((await send("order.updated", order(...status("completed", 5)))).body.ignored).toBe("UNCHANGED");
    await allow(held, buyer);
    expect(await bought()).toHaveLength(2);
  });

  it("cancelled, failed afterwards, deleted or refunded are bought no more", async () => {
    for (const [index, name] of ["cancelled", "failed", "trash"].entries()) {
      const id: [string, string] = ['"id": 727', `"id": ${800 + index}`];
      await send("order.created", order(id));
      expect((await send("order.updated", order(id, ...status(name, 9)))).body.accepted).toBe(1);
    }
    await send("order.created", order());
    expect((await send("order.deleted", '{"id":727}')).body.accepted).toBe(1);
    expect((await send("order.deleted", '{"id":999}')).body.ignored).toBe("ORDER_UNKNOWN");
    await allow(held, buyer);
    expect(await bought()).toEqual([]);
    await send("order.created", order(['"id": 727', '"id": 900']));
    expect((await send("order.updated", order(['"id": 727', '"id": 900'], ...status("refunded", 30)))).body.accepted).toBe(1);
    const returned = (await historyOf(held, buyer))!.filter(({ type, orderId }) => type === "return" && orderId === "900");
    expect(returned.flatMap(({ lines }) => lines.map(({ itemId, quantity }) => [itemId, quantity])).sort()).toEqual([
      ["22", 1],
      ["93", 2],
    ]);
  });

  it("that wait for payment again stay what they were", async () => {
    await send("order.created", order());
    expect((await send("order.updated", order(...status("on-hold", 9)))).body.ignored).toBe("ORDER_NOT_PLACED");
    await allow(held, buyer);
    expect(await bought()).toHaveLength(1);
  });

  it("changed later replace what was there; what comes too late changes nothing", async () => {
    await send("order.created", order());
    const edited = order(...status("processing", 9), ['"quantity": 2', '"quantity": 3'], ['"total": "6.00"', '"total": "9.00"']);
    expect((await send("order.updated", edited)).body.accepted).toBe(1);
    expect((await send("order.updated", order())).body.ignored).toBe("STALE");
    await allow(held, buyer);
    expect((await bought()).map(({ lines }) => lines[0]!.quantity)).toEqual([3]);
  });

  it("of guests belong to nobody else; given to a customer later, they are the customer's", async () => {
    const guest: [string, string] = ['"customer_id": 26', '"customer_id": 0'];
    await send("order.created", order(guest));
    const name = { customerId: null, anonymousId: "guest:727" as AnonymousId };
    await allow(held, name);
    expect(await historyOf(held, name)).toHaveLength(1);
    await send("order.updated", order(...status("processing", 9)));
    await allow(held, buyer);
    expect(await bought()).toHaveLength(1);
    expect((await historyOf(held, name))!.filter(({ type }) => type === "purchase")).toEqual([]);
  });

  it("go by variation or SKU where the shop says so", async () => {
    await connect({ itemId: "variant", consent: ["learn"] });
    await send("order.created", order());
    expect((await bought())[0]!.lines.map(({ itemId }) => itemId)).toEqual(["93", "23"]);
    await connect({ itemId: "sku" });
    await send("order.created", order(['"id": 727', '"id": 728']));
    expect((await bought()).at(-1)!.lines.map(({ itemId }) => itemId)).toEqual(["WS-1", "Bar3"]);
  });
});

describe("WooCommerce's products", () => {
  const product = (...pairs: [string, string][]) => changed(fixture("woocommerce-product"), ...pairs);

  it("become items; what is out of stock, hidden or deleted is shown no more", async () => {
    expect((await send("product.created", product())).body).toMatchObject({ success: true, items: 1 });
    expect(await itemOf(held, "93")).toMatchObject({
      title: "Woo Single #1 & more",
      description: "Pellentesque habitant – morbi.",
      categories: ["Clothing", "T-shirts"],
      brand: "Woo",
      price: 4,
      currency: "EUR",
      stock: 7,
      available: true,
      url: "https://shop.example/product/woo-single-1/",
      imageUrl: "https://shop.example/wp-content/t.jpg",
    });
    const changes: [string, string][] = [
      ['"stock_status": "instock"', '"stock_status": "outofstock"'],
      ['"catalog_visibility": "visible"', '"catalog_visibility": "hidden"'],
      ['"status": "publish"', '"status": "draft"'],
    ];
    for (const change of changes) {
      await send("product.updated", product(change));
      expect(await itemOf(held, "93")).toMatchObject({ available: false });
      await send("product.restored", product());
      expect(await itemOf(held, "93")).toMatchObject({ available: true });
    }
    await send("product.updated", product(['"backorders": "no"', '"backorders": "notify"'], ['"stock_quantity": 7', '"stock_quantity": -2']));
    expect(await itemOf(held, "93")).toMatchObject({ available: true, stock: null });
    expect((await send("product.deleted", '{"id":93}')).body.items).toBe(1);
    expect(await itemOf(held, "93")).toMatchObject({ available: false });
  });

  it("variations are their product, or items of their own where the shop says so", async () => {
    const variation = product(['"type": "simple"', '"type": "variation"'], ['"parent_id": 0', '"parent_id": 22'], ['"id": 93', '"id": 23']);
    expect((await send("product.updated", variation)).body.ignored).toBe("VARIATION_IGNORED");
    await connect({ itemId: "variant" });
    expect((await send("product.updated", variation)).body.items).toBe(1);
    const parent = product(['"id": 93', '"id": 22'], ['"type": "simple"', '"type": "variable"'], ['"variations": []', '"variations": [23]']);
    expect((await send("product.updated", parent)).body.ignored).toBe("NO_PRODUCTS");
    expect(await itemOf(held, "22")).toBeUndefined();
  });
});

describe("what WooCommerce may send beside", () => {
  it("topics that mean nothing here are answered with 200", async () => {
    for (const topic of ["customer.created", "customer.deleted", "coupon.updated", "action.woocommerce_add_to_cart", "order.unheard", "__proto__"])
      expect(await send(topic, '{"id":1,"email":"john@example.com"}')).toMatchObject({
        status: 200,
        body: { success: true, ignored: "TOPIC_IGNORED" },
      });
  });

  it("one odd order never makes it give the webhook up: what is signed is answered with 200, and counted", async () => {
    const odd = [
      "",
      "null",
      "{",
      '{"id":1}',
      '{"id":1,"status":"completed"}',
      '{"id":1,"status":"completed","date_created_gmt":"x","line_items":[]}',
    ];
    for (const body of odd) {
      const reply = await send("order.updated", body);
      expect(reply).toMatchObject({ status: 200, body: { success: false, accepted: 0 } });
      expect(reply.body.rejected).toHaveLength(1);
    }
  });

  it("property: whatever a signed body holds, the answer is 200 and says what became of it", async () => {
    const topic = fc.constantFrom("order.created", "order.updated", "order.deleted", "product.updated", "product.deleted", "order.restored");
    const value = fc.jsonValue({ maxDepth: 3 });
    const body = fc.oneof(
      fc.string(),
      fc
        .record({
          id: fc.oneof(fc.nat(), value),
          status: fc.constantFrom("completed", "refunded", "cancelled"),
          name: value,
          line_items: fc.array(value),
        })
        .map((one) => JSON.stringify({ ...one, date_created_gmt: "2026-05-01T00:00:00" })),
    );
    await fc.assert(
      fc.asyncProperty(topic, body, async (name, text) => {
        const { status: answered, body: reply } = await send(name, text);
        expect([answered, reply.success]).toEqual([200, reply.rejected.length === 0]);
      }),
      { numRuns: 150 },
    );
  });
});
