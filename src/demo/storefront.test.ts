import { describe, expect, it } from "vitest";
import { openShop } from "./testing/open-shop.ts";

const basketOf = (value: unknown) => ({
  rapport_basket: Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url"),
});

describe("suggestions", () => {
  it("say why, in words and shares, and offer a way out", async () => {
    const shop = openShop({ personalized: true });
    await shop.post("/sign-in", { customer: "C-1" });
    const { body } = await shop.get("/");
    expect(body).toContain("For you");
    expect(body).toContain("<summary>Why this?</summary>");
    expect(body).toMatch(/Without “[^”]+” you would not see this here\./);
    expect(body).toContain("You bought “Title of MUG-2” on 3 March 2026");
    expect(body).toContain("Alike by description (category: Mugs)");
    const shares = [...body.matchAll(/<span>([^<]*)<\/span> <span>([^<]*)<\/span>/g)].slice(0, 3).map(([, , share]) => share);
    expect(shares).toEqual(["75%", "20%", "5% against"]);
    expect(body).toContain("What you bought in this shop was used.");
    expect(body).toContain('href="/shop/privacy"');
    expect(body).toContain("/shop/product/MUG-1?rec=rec-1");
    expect(body).toContain("Not interested in Title of MUG-1");
    expect(body).toContain("See it not personalized");
    expect(body).not.toContain("UNKNOWN");
  });

  it("carry no id and no dismissal for somebody who is not followed", async () => {
    const { body } = await openShop().get("/");
    expect(body).toContain("/shop/product/MUG-1");
    expect(body).not.toContain("rec=");
    expect(body).not.toContain("Not interested in");
  });

  it("can be dismissed", async () => {
    const shop = openShop({ personalized: true });
    await shop.post("/sign-in", { customer: "C-1" });
    const reply = await shop.post("/dismiss", { item: "MUG-1", rec: "rec-1", back: "/" });
    expect(reply.headers.location).toBe("/shop/?note=dismissed");
    expect(shop.told.at(-1)).toMatchObject({ event: "Recommendation Dismissed", properties: { product_id: "MUG-1", recommendation_id: "rec-1" } });
  });

  it("are left out when the engine has none", async () => {
    const shop = openShop({ fails: true });
    for (const path of ["/", "/product/MUG-1", "/basket"]) expect((await shop.get(path)).status).toBe(200);
  });
});

describe("pages", () => {
  it("escape everything that a shop or a visitor wrote", async () => {
    const shop = openShop({ personalized: true });
    await shop.post("/sign-in", { customer: "C-1" });
    await shop.post("/basket/add", { item: "EVIL" });
    for (const path of ["/", "/product/EVIL", "/basket", "/category/Mugs", '/product/"><script>', "/category/%3Cscript%3E"]) {
      const { body, headers } = await shop.get(path, { rec: '"><script>', note: "<script>", order: "<script>" });
      expect(body).not.toMatch(/<script|<img src=x/);
      expect(headers["content-security-policy"]).toContain("default-src 'none'");
    }
    expect((await shop.get("/product/EVIL")).body).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;");
    expect((await shop.get("/thanks", { order: "<b>" })).body).not.toContain("<b>");
  });

  it("stand with an item that has nothing but a name", async () => {
    const { status, body } = await openShop().get("/product/BARE");
    expect(status).toBe(200);
    expect(body).toContain("Price on request");
    expect(body).not.toContain("Add to basket");
    expect(body).not.toMatch(/null|undefined|NaN/);
  });

  it("find items with awkward ids, and say 404 for what is not there", async () => {
    const shop = openShop();
    expect((await shop.get(`/product/${encodeURIComponent("50%/ü")}`)).body).toContain("Half price");
    for (const path of [
      "/product/NOPE",
      "/product/",
      "/product/%E0%A4%A",
      "/category/None",
      "/constructor",
      "/__proto__",
      "/basket/add",
      "//",
      "/product/%00",
    ]) {
      expect((await shop.get(path)).status).toBe(404);
    }
    expect((await shop.post("/nowhere")).status).toBe(404);
    expect((await shop.post("/")).status).toBe(404);
    expect((await shop.get("")).status).toBe(200);
  });

  it("never load anything from elsewhere", async () => {
    const { body } = await openShop().get("/");
    expect(body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(body).toContain('<html lang="en" dir="ltr">');
  });

  it("report a look and change nothing else", async () => {
    const shop = openShop();
    await shop.post("/consent", { choice: "all" });
    const before = JSON.stringify([...shop.consents]);
    for (const path of ["/", "/product/MUG-1", "/basket", "/category/Mugs", "/privacy", "/checkout", "/consent", "/sign-out"]) {
      expect((await shop.get(path, { choice: "none", customer: "C-1", item: "MUG-1" })).cookies).toEqual([]);
    }
    expect(shop.told.map(({ event, name }) => event ?? name)).toEqual(["Home", "Product Viewed", "Category"]);
    expect(JSON.stringify([...shop.consents])).toBe(before);
  });
});

describe("the basket", () => {
  it("ends in an order with the right products, each with the suggestion it came from", async () => {
    const shop = openShop();
    await shop.post("/consent", { choice: "all" });
    await shop.post("/basket/add", { item: "MUG-1", quantity: "2", rec: "rec-1" });
    await shop.post("/basket/add", { item: "MUG-2" });
    await shop.post("/basket/add", { item: "EVIL" });
    await shop.post("/basket/change", { item: "MUG-2", quantity: "3" });
    await shop.post("/basket/change", { item: "EVIL", remove: "1", quantity: "1" });
    expect((await shop.get("/basket")).body).toContain("$62.50");
    const reply = await shop.post("/checkout");
    const orderId = new URLSearchParams(reply.headers.location?.split("?")[1]).get("order");
    expect((await shop.get("/thanks", { order: orderId as string })).body).toContain(orderId as string);
    expect(shop.told.map(({ event }) => event)).toEqual(["Product Added", "Product Added", "Product Added", "Product Removed", "Order Completed"]);
    expect(shop.told.at(-1)?.properties).toEqual({
      order_id: orderId,
      total: 62.5,
      currency: "USD",
      products: [
        { product_id: "MUG-2", name: "Title of MUG-2", category: "Mugs", brand: "Clayfield", price: 12.5, quantity: 3 },
        { product_id: "MUG-1", name: "Title of MUG-1", category: "Mugs", brand: "Clayfield", price: 12.5, quantity: 2, recommendation_id: "rec-1" },
      ],
    });
    expect(shop.cookies.rapport_basket).toBeUndefined();
    expect((await shop.post("/checkout")).headers.location).toBe("/shop/basket?note=empty");
  });

  it.each([
    ["1e9", 5],
    ["-3", null],
    ["0", null],
    ["abc", 1],
    ["", 1],
    ["2.9", 2],
    ["Infinity", 5],
    ["9".repeat(400), 5],
  ])("takes the quantity %s for %s", async (quantity, expected) => {
    const shop = openShop();
    await shop.post("/basket/add", { item: "MUG-1", quantity });
    const lines = JSON.parse(Buffer.from(shop.cookies.rapport_basket ?? "", "base64url").toString() || "[]") as unknown[][];
    expect(lines[0]?.[1] ?? null).toBe(expected);
  });

  it("takes nothing that cannot be bought, and nothing unknown", async () => {
    const shop = openShop();
    for (const item of ["GONE", "BARE", "NOPE", "", "\u0000"]) await shop.post("/basket/add", { item });
    await shop.post("/basket/add");
    await shop.post("/basket/change", { item: "NOPE", quantity: "2" });
    expect(shop.cookies).toEqual({});
  });

  it.each([
    "not json",
    '{"a":1}',
    "null",
    '[1,null,["MUG-1"],["MUG-1","2"],[{},1]]',
    '[["MUG-1",-5,null],["MUG-2",1e308,"<script>"]]',
    `[${'["NOPE",1,null],'.repeat(500)}["MUG-1",1,null]]`,
  ])("survives a tampered cookie: %s", async (value) => {
    const shop = openShop();
    const page = await shop.send({
      path: "/basket",
      cookies: { ...basketOf(value), rapport_customer: "__proto__", rapport_visitor: "\n", rapport_choice: "x" },
    });
    expect(page.status).toBe(200);
    expect(page.body).not.toContain("<script");
    expect((await shop.send({ path: "/basket", cookies: { rapport_basket: "%%%" } })).status).toBe(200);
  });

  it("stays within what a cookie may hold", async () => {
    const shop = openShop();
    const many = Array.from({ length: 25 }, (_, at) => [`${"x".repeat(200)}${at}`, 1, null]);
    const reply = await shop.send({ method: "POST", path: "/basket/add", form: { item: "MUG-1" }, cookies: basketOf(many) });
    expect(reply.cookies[0]?.value.length).toBeLessThan(3700);
  });
});
