import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AnonymousId } from "#domain/ids.ts";
import { type HeldHouse, openHeldHouse } from "../support/held-house.ts";
import { allow, changed, customer, entries, fixture, historyOf, itemOf, post, sign } from "./hook-sender.ts";

const secret = "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";
const john = customer("115310627314723954");
const orderId = "820982911946154508";
let held: HeldHouse;
let number = 0;

beforeEach(async () => {
  held = await openHeldHouse();
  await connect({});
});
afterEach(() => held.close());

const connect = (more: object) => held.send("PUT", "/v1/connections/shopify", { secret, ...more });
function send(topic: string, body: string, more: Record<string, string> = {}) {
  const headers = {
    "content-type": "application/json",
    "x-shopify-topic": topic,
    "x-shopify-hmac-sha256": sign(secret, body),
    "x-shopify-shop-domain": "jsmith.myshopify.com",
    "x-shopify-api-version": "2026-07",
    "x-shopify-webhook-id": `b54557e4-bdd9-4b37-8a5f-${number++}`,
    "x-shopify-event-id": "98880550-7158-44d4-b7cd-2c97c8a091b5",
    ...more,
  };
  return post(held, "/v1/hooks/shopify/Held", headers, body);
}
const order = (...pairs: [string, string][]) => changed(fixture("shopify-order"), ...pairs);
const later: [string, string] = ['"updated_at": "2026-04-30T14:12:07-04:00"', '"updated_at": "2026-05-01T09:00:00-04:00"'];

describe("Shopify's signature", () => {
  it("is base64 of HMAC-SHA256 over the bytes, worked out elsewhere", async () => {
    // printf '{"id":1}' | openssl dgst -sha256 -hmac hush -binary | base64
    await connect({ secret: "hush" });
    const headers = { "x-shopify-topic": "collections/create", "x-shopify-hmac-sha256": "VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY=" };
    expect((await post(held, "/v1/hooks/shopify/Held", headers, '{"id":1}')).status).toBe(200);
    expect((await post(held, "/v1/hooks/shopify/Held", headers, '{"id": 1}')).status).toBe(401);
  });

  it("property: with any byte of body or signature changed, or none sent, it is a 401 and nothing is stored", async () => {
    const body = Buffer.from(fixture("shopify-order"));
    const signature = sign(secret, body);
    const topic = { "x-shopify-topic": "orders/create" };
    await fc.assert(
      fc.asyncProperty(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(signature.length - 1), async (at, change, signAt) => {
        const flipped = Buffer.from(body);
        flipped[at]! ^= change;
        expect((await post(held, "/v1/hooks/shopify/Held", { ...topic, "x-shopify-hmac-sha256": signature }, flipped)).status).toBe(401);
        const other = signature[signAt] === "A" ? "B" : "A";
        const wrong = signature.slice(0, signAt) + other + signature.slice(signAt + 1);
        expect((await post(held, "/v1/hooks/shopify/Held", { ...topic, "x-shopify-hmac-sha256": wrong }, body)).status).toBe(401);
      }),
      { numRuns: 60 },
    );
    for (const headers of [topic, { ...topic, "x-shopify-hmac-sha256": "" }, { ...topic, "x-shopify-hmac-sha256": `${signature}, ${signature}` }])
      expect(await post(held, "/v1/hooks/shopify/Held", headers, body)).toMatchObject({ status: 401, body: { error: { code: "SIGNATURE_WRONG" } } });
    expect(await entries(held)).toBe(0);
  });

  it("an unknown shop, a shop without a connection and another shop's secret get nowhere", async () => {
    const body = fixture("shopify-order");
    const headers = { "x-shopify-topic": "orders/create", "x-shopify-hmac-sha256": sign(secret, body) };
    expect((await post(held, "/v1/hooks/shopify/Nobody", headers, body)).status).toBe(404);
    expect((await post(held, "/v1/hooks/woocommerce/Held", headers, body)).status).toBe(404);
    await connect({ secret: "another" });
    expect((await post(held, "/v1/hooks/shopify/Held", headers, body)).status).toBe(401);
    expect(await entries(held)).toBe(0);
  });
});

describe("Shopify's orders", () => {
  it("are kept as records, and used once the person allows it", async () => {
    expect(await send("orders/create", order())).toMatchObject({ status: 200, body: { success: true, accepted: 1, ignored: null } });
    expect(await historyOf(held, john)).toBeNull();
    await allow(held, john);
    const [bought] = (await historyOf(held, john))!;
    expect(bought).toMatchObject({
      type: "purchase",
      name: "Order Completed",
      orderId,
      currency: "USD",
      occurredAt: Date.UTC(2026, 3, 30, 18, 12, 6),
    });
    // Two sizes of the lamp are one product; the mugs cost two less each; gift card and tip are no products.
    expect(bought!.lines).toEqual([
      { itemId: "632910392", quantity: 2, unitPrice: 194 },
      { itemId: "7513594", quantity: 2, unitPrice: 8 },
    ]);
  });

  it("keep nothing of the person but their number", async () => {
    await send("orders/create", order());
    const { identities, log } = held.house.store;
    const told = JSON.stringify([await identities.list(held.shopId, "customer", 10), await log.recent(held.shopId, 10)]);
    expect(told).toContain(john.customerId);
    for (const personal of ["john", "Jon", "example.com", "Shipping Street", "555", "203.0.113.7", "neighbour", "SPRING"])
      expect(told).not.toContain(personal);
  });

  it("come once, however often and under whatever topic they are told", async () => {
    await send("orders/create", order());
    const before = await entries(held);
    expect((await send("orders/create", order())).body).toMatchObject({ success: true, accepted: 0, ignored: "UNCHANGED" });
    expect((await send("orders/paid", order())).body.ignored).toBe("UNCHANGED");
    expect((await send("orders/updated", order(later))).body.ignored).toBe("UNCHANGED");
    expect(await entries(held)).toBe(before);
  });

  it("told at once by several topics are stored once", async () => {
    const replies = await Promise.all(["orders/create", "orders/paid", "orders/updated"].map((topic) => send(topic, order())));
    expect(replies.map(({ body }) => body.accepted).sort()).toEqual([0, 0, 1]);
  });

  it("changed later replace what was there; what comes too late changes nothing", async () => {
    await send("orders/create", order());
    const edited = order(later, ['"price": "10.00"', '"price": "11.00"'], ['"amount": "10.00"', '"amount": "11.00"']);
    expect((await send("orders/updated", edited)).body.accepted).toBe(1);
    expect((await send("orders/create", order())).body.ignored).toBe("STALE");
    await allow(held, john);
    const latest = (await historyOf(held, john))!.filter(({ type }) => type === "purchase").at(-1)!;
    expect(latest).toMatchObject({ name: "Order Updated", orderId });
    expect(latest.lines[1]).toEqual({ itemId: "7513594", quantity: 2, unitPrice: 9 });
  });

  it("cancelled, even before they were known, stay cancelled", async () => {
    const cancelled = order(later, ['"cancelled_at": null', '"cancelled_at": "2026-05-01T09:00:00-04:00"']);
    expect((await send("orders/cancelled", cancelled)).body.accepted).toBe(1);
    expect((await send("orders/create", order())).body.ignored).toBe("STALE");
    await allow(held, john);
    const history = (await historyOf(held, john))!;
    expect(history.filter(({ type }) => type === "purchase")).toEqual([]);
  });

  it("that come back in part are told by the refund, and once more by the order, and counted once", async () => {
    expect((await send("refunds/create", fixture("shopify-refund"))).body.ignored).toBe("ORDER_UNKNOWN");
    const listing = order(later, ['"refunds": []', `"refunds": [${fixture("shopify-refund")}]`]);
    expect((await send("orders/updated", listing)).body.accepted).toBe(2);
    expect((await send("refunds/create", fixture("shopify-refund"))).body).toMatchObject({ accepted: 0, dropped: { DUPLICATE: 1 } });
    await allow(held, john);
    const store = held.house.store;
    const types = (await store.log.recent(held.shopId, 10)).map(({ type }) => type).filter((type) => type !== null);
    expect(types.sort()).toEqual(["purchase", "return"]);
  });

  it("made to test are left aside, and so are those with nothing of the catalogue in them", async () => {
    expect((await send("orders/create", order(['"test": false', '"test": true']))).body.ignored).toBe("TEST_ORDER");
    const empty = JSON.stringify({
      id: 5,
      created_at: "2026-05-01T00:00:00Z",
      line_items: [{ id: 1, title: "Tip", price: "5.00", quantity: 1, product_id: null }],
    });
    expect((await send("orders/create", empty)).body.ignored).toBe("NO_PRODUCTS");
    expect(await entries(held)).toBe(0);
  });

  it("of nobody known belong to a guest who is nobody else", async () => {
    const guest = JSON.stringify({ ...(JSON.parse(order()) as object), id: 77, customer: null });
    expect((await send("orders/create", guest)).body.accepted).toBe(1);
    const name = { customerId: null, anonymousId: "guest:77" as AnonymousId };
    await allow(held, name);
    expect(await historyOf(held, name)).toHaveLength(1);
  });

  it("go by variant or SKU where the shop says so, and carry the consent that it asserts", async () => {
    await connect({ itemId: "variant", consent: ["learn"], notice: "terms 2026" });
    await send("orders/create", order());
    expect((await historyOf(held, john))![0]!.lines.map(({ itemId }) => itemId)).toEqual(["808950810", "7513595", "808950811"]);
    expect(await historyOf(held, john, "personalize")).toBeNull();
    await connect({ itemId: "sku" });
    await send("orders/updated", order(later));
    expect((await historyOf(held, john))!.at(-1)!.lines.map(({ itemId }) => itemId)).toEqual(["IPOD2008PINK", "MUG-BLUE", "IPOD2008BLACK"]);
  });

  it("agreeing to marketing is not agreeing to be personalized", async () => {
    await send("orders/create", order());
    await send(
      "customers/update",
      JSON.stringify({ id: john.customerId, email_marketing_consent: { state: "subscribed" }, accepts_marketing: true }),
    );
    expect([await historyOf(held, john, "personalize"), await historyOf(held, john, "learn")]).toEqual([null, null]);
  });
});

describe("Shopify's baskets", () => {
  it("count only for people who allow it, and each item of a basket once", async () => {
    expect((await send("carts/update", fixture("shopify-cart"))).body).toMatchObject({ success: true, accepted: 0, dropped: { NO_CONSENT: 1 } });
    await allow(held, john);
    expect((await send("checkouts/create", fixture("shopify-checkout"))).body.accepted).toBe(1);
    expect((await send("checkouts/update", fixture("shopify-checkout"))).body).toMatchObject({ accepted: 0, dropped: { DUPLICATE: 1 } });
    expect((await historyOf(held, john))!.map(({ type, lines }) => [type, lines[0]!.itemId])).toEqual([["cart-add", "632910392"]]);
  });
});

describe("Shopify's products", () => {
  it("become items, and what is deleted is shown no more", async () => {
    expect((await send("products/create", fixture("shopify-product"))).body).toMatchObject({ success: true, items: 1 });
    expect(await itemOf(held, "632910392")).toMatchObject({
      title: "Brass lamp",
      description: "Warm light & a heavy foot.",
      categories: ["Lamps"],
      brand: "Brass & Co",
      price: 189,
      currency: "EUR",
      stock: 10,
      available: true,
      url: "https://jsmith.myshopify.com/products/brass-lamp",
      imageUrl: "https://cdn.shopify.com/s/files/1/lamp-large.jpg",
      source: "shop",
    });
    await send(
      "products/update",
      changed(fixture("shopify-product"), ['"status": "active"', '"status": "archived"'], ["2026-04-01T08", "2026-04-02T08"]),
    );
    expect(await itemOf(held, "632910392")).toMatchObject({ available: false });
    expect((await send("products/update", fixture("shopify-product"))).body.ignored).toBe("STALE");
    await send("products/update", changed(fixture("shopify-product"), ["2026-04-01T08", "2026-04-03T08"]));
    expect(await itemOf(held, "632910392")).toMatchObject({ available: true });
    expect((await send("products/delete", '{"id":632910392}')).body.items).toBe(1);
    expect(await itemOf(held, "632910392")).toMatchObject({ available: false });
    expect((await send("products/delete", '{"id":1}')).body.ignored).toBe("PRODUCT_UNKNOWN");
  });

  it("become an item a variant where the shop says so; a variant that is gone is shown no more", async () => {
    await connect({ itemId: "sku" });
    expect((await send("products/create", fixture("shopify-product"))).body.items).toBe(2);
    expect(await itemOf(held, "IPOD2008PINK")).toMatchObject({ title: "Brass lamp - Large", price: 199, stock: 10 });
    expect(await itemOf(held, "IPOD2008BLACK")).toMatchObject({ price: 189, stock: 0 });
    const product = JSON.parse(changed(fixture("shopify-product"), ["2026-04-01T08", "2026-04-02T08"])) as { variants: unknown[] };
    product.variants.pop();
    await send("products/update", JSON.stringify(product));
    expect(await itemOf(held, "IPOD2008BLACK")).toMatchObject({ available: false });
    await send("products/delete", '{"id":632910392}');
    expect(await itemOf(held, "IPOD2008PINK")).toMatchObject({ available: false });
  });
});

describe("Shopify's compliance topics", () => {
  it("are written down for an operator, once each, with a date by which", async () => {
    await send("orders/create", order());
    const id = { "x-shopify-webhook-id": "the-same" };
    expect(await send("customers/data_request", fixture("shopify-data-request"), id)).toMatchObject({ status: 200, body: { requests: 1 } });
    expect(await send("customers/data_request", fixture("shopify-data-request"), id)).toMatchObject({ status: 200, body: { ignored: "UNCHANGED" } });
    expect((await send("customers/redact", fixture("shopify-redact"))).status).toBe(200);
    expect((await send("shop/redact", fixture("shopify-shop-redact"))).status).toBe(200);
    const listed = JSON.parse((await held.send("GET", "/v1/rights-requests")).text) as { requests: Record<string, string>[] };
    expect(listed.requests.map(({ kind, customerId, reference, state, dueAt }) => [kind, customerId, reference, state, dueAt]).sort()).toEqual([
      ["access", john.customerId, "9999", "open", "2026-06-19T12:00:00.000Z"],
      ["erase-customer", john.customerId, john.customerId, "open", "2026-06-19T12:00:00.000Z"],
      ["erase-shop", null, null, "open", "2026-06-19T12:00:00.000Z"],
    ]);
    const done = await held.send("POST", `/v1/rights-requests/${listed.requests[0]!.id}/done`, {});
    expect(done.status).toBe(200);
    expect((await held.send("POST", `/v1/rights-requests/${listed.requests[0]!.id}/done`, {})).status).toBe(404);
  });

  it("redacting stops all use at once, whatever was allowed before", async () => {
    await send("orders/create", order());
    await allow(held, john);
    expect(await historyOf(held, john, "personalize")).toHaveLength(1);
    await send("customers/redact", fixture("shopify-redact"));
    for (const purpose of ["personalize", "learn", "measure"] as const) expect(await historyOf(held, john, purpose)).toBeNull();
    const { text } = await held.send("GET", `/v1/consents?customerId=${john.customerId}`);
    expect(JSON.parse(text)).toMatchObject({ purposes: { personalize: false, learn: false, email: false, share: false } });
    expect(text).toContain("shopify-redact");
  });

  it("need the signature like everything else", async () => {
    const headers = { "x-shopify-topic": "customers/redact", "x-shopify-hmac-sha256": sign("guess", fixture("shopify-redact")) };
    expect((await post(held, "/v1/hooks/shopify/Held", headers, fixture("shopify-redact"))).status).toBe(401);
    expect(await held.house.store.rightsRequests.list(held.shopId)).toEqual([]);
  });
});

describe("what Shopify may send beside", () => {
  it("topics that mean nothing here are answered with 200", async () => {
    for (const topic of [
      "collections/update",
      "inventory_levels/update",
      "customers/create",
      "app/uninstalled",
      "__proto__",
      "constructor",
      "draft_orders/create",
    ])
      expect(await send(topic, '{"id":1}')).toMatchObject({ status: 200, body: { success: true, ignored: "TOPIC_IGNORED" } });
  });

  it("property: whatever a signed body holds, the answer is 200 and says what became of it", async () => {
    const topic = fc.constantFrom(
      "orders/create",
      "orders/cancelled",
      "refunds/create",
      "products/update",
      "products/delete",
      "carts/update",
      "customers/redact",
    );
    const value = fc.jsonValue({ maxDepth: 3 });
    const body = fc.oneof(
      fc.string(),
      value.map((one) => JSON.stringify(one)),
      fc
        .record(
          { id: value, order_id: value, created_at: value, line_items: value, customer: value, variants: value, title: value },
          { requiredKeys: [] },
        )
        .map((one) => JSON.stringify(one)),
      fc.record({ id: fc.nat(), created_at: fc.constant("2026-05-01"), line_items: fc.array(value) }).map((one) => JSON.stringify(one)),
    );
    await fc.assert(
      fc.asyncProperty(topic, body, async (name, text) => {
        const { status, body: reply } = await send(name, text);
        expect(status).toBe(200);
        expect(reply.success).toBe(reply.rejected.length === 0);
      }),
      { numRuns: 150 },
    );
  });

  it("what is signed and yet wrong is answered with 200, and counted", async () => {
    const wrong = [
      "",
      "[]",
      "{",
      '{"id":1}',
      '{"id":1,"created_at":"yesterday","line_items":[]}',
      "[".repeat(50_000),
      "\u0000",
      `{"id":"${"x".repeat(10_000)}"}`,
    ];
    for (const body of wrong) {
      const reply = await send("orders/create", body);
      expect(reply).toMatchObject({ status: 200, body: { success: false, accepted: 0 } });
      expect(reply.body.rejected).toHaveLength(1);
    }
    const negative = order(['"price": "10.00"', '"price": "-10.00"'], ['"amount": "10.00"', '"amount": "-10.00"']);
    expect((await send("orders/create", negative)).status).toBe(200);
    const future = order(["2026-04-30", "2036-04-30"]);
    expect((await send("orders/create", future)).body.rejected[0]).toMatchObject({ code: "EVENT_TIME_FUTURE" });
  });

  it("ids that cannot be ids are refused wherever they stand", async () => {
    for (const id of ["a\\u0000b", "x".repeat(300), "\\ud800"]) {
      const order = `{"id":"${id}","created_at":"2026-05-01T00:00:00Z","line_items":[{"product_id":1,"quantity":1}]}`;
      expect((await send("orders/create", order)).body.rejected[0]).toMatchObject({ code: "ID_INVALID" });
      const ofCustomer = `{"id":1,"customer":{"id":"${id}"},"created_at":"2026-05-01T00:00:00Z","line_items":[{"product_id":1,"quantity":1}]}`;
      expect((await send("orders/create", ofCustomer)).body.rejected[0]).toMatchObject({ code: "ID_INVALID" });
      expect((await send("products/update", `{"id":"${id}","title":"T"}`)).body.rejected[0]).toMatchObject({ code: "ITEM_INVALID" });
      expect((await send("products/delete", `{"id":"${id}"}`)).body.ignored).toBe("PRODUCT_UNKNOWN");
      expect((await send("orders/delete", `{"id":"${id}"}`)).body.ignored).toBe("ORDER_UNKNOWN");
      expect((await send("customers/redact", `{"customer":{"id":"${id}"},"orders_to_redact":["${id}"]}`)).body.requests).toBe(1);
    }
    expect(await entries(held)).toBe(0);
    expect((await post(held, "/v1/hooks/shopify/a%00b", {}, "{}")).status).toBe(404);
  });

  it("a refund that only numbers its lines finds them in the order", async () => {
    const refund = JSON.parse(fixture("shopify-refund")) as { refund_line_items: Record<string, unknown>[] };
    const listed = refund.refund_line_items.map(({ line_item: _told, line_item_id: _id, ...rest }) => ({
      ...rest,
      line_item_id: "141249953214522974",
    }));
    const listing = order(later, ['"refunds": []', `"refunds": [${JSON.stringify({ ...refund, refund_line_items: listed })}]`]);
    expect((await send("orders/updated", listing)).body.accepted).toBe(2);
  });

  it("a body that is too large is refused", async () => {
    expect((await send("orders/create", `{"id":1,"note":"${"x".repeat(6 * 1024 * 1024)}"}`)).status).toBe(413);
  });
});
