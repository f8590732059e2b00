import { describe, expect, it } from "vitest";
import { openShop } from "./testing/open-shop.ts";

const everyPage = ["/", "/product/MUG-1", "/basket", "/category/Mugs", "/privacy", "/thanks", "/nowhere"];

describe("before a decision", () => {
  it("sets no cookie, reports nothing and asks first, on every page", async () => {
    const shop = openShop();
    for (const path of everyPage) {
      const page = await shop.get(path, { rec: "rec-9" });
      expect(page.cookies).toEqual([]);
      expect(page.body.indexOf("Reject all")).toBeGreaterThan(0);
      expect(page.body.indexOf("Reject all")).toBeLessThan(page.body.indexOf("<main"));
      expect(page.body).not.toContain(" checked");
      expect(page.body).not.toContain("<script");
    }
    expect(shop.told).toEqual([]);
    expect(shop.asked.every(({ customerId, anonymousId }) => customerId === null && anonymousId === null)).toBe(true);
  });

  it("offers both answers in one form, in one style", async () => {
    const { body } = await openShop().get("/");
    expect(body).toContain('<button name="choice" value="none">Reject all</button><button name="choice" value="all">Accept all</button>');
  });

  it("lets a basket fill and an order happen without reporting them or naming anybody", async () => {
    const shop = openShop();
    await shop.post("/basket/add", { item: "MUG-1", rec: "rec-1" });
    expect(Object.keys(shop.cookies)).toEqual(["rapport_basket"]);
    expect(Buffer.from(shop.cookies.rapport_basket as string, "base64url").toString()).toBe('[["MUG-1",1,null]]');
    expect((await shop.post("/checkout")).headers.location).toMatch(/^\/shop\/thanks\?order=ORD-/);
    expect(shop.told).toEqual([]);
    expect(shop.cookies).toEqual({});
  });

  it("does not believe a visitor id that has no answer behind it", async () => {
    const shop = openShop();
    await shop.send({ cookies: { rapport_visitor: "somebody-else" } });
    expect(shop.told).toEqual([]);
    expect(shop.asked.every(({ anonymousId }) => anonymousId === null)).toBe(true);
  });
});

describe("the decision", () => {
  it("keeps a refusal without an identifier and does not ask again", async () => {
    const shop = openShop();
    const reply = await shop.post("/consent", { choice: "none", back: "/category/Mugs", from: "banner" });
    expect(reply).toMatchObject({ status: 303, headers: { location: "/shop/category/Mugs" } });
    expect(shop.cookies).toEqual({ rapport_choice: "refused" });
    const page = await shop.get("/");
    expect(page.body).not.toContain("Reject all");
    expect(page.body).toContain("personalization is off, as you chose");
    expect(shop.told).toEqual([]);
    expect([...shop.consents.keys()]).toEqual(["C-1", "C-2"]);
  });

  it("gives a visitor id after a yes, and only then reports", async () => {
    const shop = openShop();
    await shop.post("/consent", { choice: "all", from: "banner" });
    expect(shop.cookies).toEqual({ rapport_visitor: "fresh-id-1" });
    expect(shop.consents.get("fresh-id-1")).toEqual({ personalize: true, learn: true, measure: true });
    await shop.get("/product/MUG-1", { rec: "rec-1" });
    expect(shop.told.map(({ event, anonymousId, properties }) => [event, anonymousId, properties.recommendation_id])).toEqual([
      ["Product Clicked", "fresh-id-1", "rec-1"],
      ["Product Viewed", "fresh-id-1", "rec-1"],
    ]);
  });

  it("takes each purpose by itself; choosing none is a refusal", async () => {
    const shop = openShop();
    await shop.post("/consent", { choice: "some", purposes: ["learn", "email", "nonsense"] });
    expect(shop.consents.get("fresh-id-1")).toEqual({ personalize: false, learn: true, measure: false });
    const other = openShop();
    await other.post("/consent", { choice: "some" });
    expect(other.cookies).toEqual({ rapport_choice: "refused" });
    expect((await other.post("/consent", { choice: "whatever" })).cookies).toEqual([]);
  });

  it("can be withdrawn and given again; the id goes with the yes", async () => {
    const shop = openShop();
    await shop.post("/consent", { choice: "all" });
    await shop.post("/consent", { choice: "not-personal", from: "preference-centre" });
    expect(shop.consents.get("fresh-id-1")).toEqual({ personalize: false, learn: true, measure: true });
    await shop.post("/consent", { choice: "none" });
    expect(shop.cookies).toEqual({ rapport_choice: "refused" });
    expect(shop.consents.get("fresh-id-1")).toEqual({ personalize: false, learn: false, measure: false });
    await shop.post("/consent", { choice: "personal" });
    expect(shop.cookies).toEqual({ rapport_visitor: "fresh-id-2" });
  });

  it("honours the browser's opt-out signal", async () => {
    const shop = openShop();
    expect((await shop.get("/", {}, true)).body).toContain("Opt-out request honoured");
    await shop.post("/consent", { choice: "all" }, true);
    expect(shop.consents.get("fresh-id-1")).toMatchObject({ share: false, personalize: true });
  });

  it("never redirects to another site", async () => {
    for (const back of ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nset-cookie: x=1", "javascript:x"]) {
      expect((await openShop().post("/consent", { choice: "none", back, from: "banner" })).headers.location).toBe("/shop/");
    }
  });
});

describe("signing in", () => {
  it("ties the visitor to the customer once, and forgets the device on the way out", async () => {
    const shop = openShop();
    await shop.post("/consent", { choice: "all" });
    await shop.post("/sign-in", { customer: "C-1", back: "/" });
    expect(shop.told).toMatchObject([{ type: "identify", customerId: "C-1", anonymousId: "fresh-id-1" }]);
    await shop.post("/sign-in", { customer: "C-3" });
    expect(shop.cookies).toEqual({ rapport_customer: "C-3" });
    await shop.post("/sign-in", { customer: "C-1" });
    expect(shop.told.length).toBe(1);
    await shop.post("/sign-out");
    expect(shop.cookies).toEqual({});
  });

  it("ties nobody together who said no, and knows only its own customers", async () => {
    const shop = openShop();
    await shop.post("/sign-in", { customer: "C-999" });
    expect(shop.cookies).toEqual({});
    await shop.post("/consent", { choice: "all" });
    await shop.post("/sign-in", { customer: "C-2" });
    await shop.get("/product/MUG-1");
    expect(shop.told).toEqual([]);
    expect(shop.cookies).toEqual({ rapport_customer: "C-2" });
    expect((await shop.get("/privacy")).body).toContain("said no to everything");
  });

  it("asks a customer who was never asked", async () => {
    const shop = openShop();
    await shop.post("/sign-in", { customer: "C-3" });
    expect((await shop.get("/")).body).toContain("Reject all");
    await shop.post("/consent", { choice: "all", from: "banner" });
    expect(shop.consents.get("C-3")).toEqual({ personalize: true, learn: true, measure: true });
    expect(shop.cookies).toEqual({ rapport_customer: "C-3" });
  });
});
