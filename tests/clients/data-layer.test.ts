import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath } from "../support/browser.ts";
import { nonce, openShopPages, type ShopPages } from "./shop-pages.ts";

// A shop that has Google's snippets and nothing else, and adds one script tag. The snippets are as Google's documentation
// prints them (developers.google.com: "Set up a purchase event", "Measure ecommerce", "Set up consent mode").

const root = fileURLToPath(new URL("../../", import.meta.url));

const googleTag = `<script nonce="${nonce}">
  window.dataLayer = window.dataLayer || [];
  function gtag(){dataLayer.push(arguments);}
  gtag('consent', 'default', {
    'ad_storage': 'denied', 'ad_user_data': 'denied', 'ad_personalization': 'denied',
    'analytics_storage': 'denied', 'personalization_storage': 'denied', 'wait_for_update': 500
  });
  gtag('js', new Date());
  gtag('config', 'TAG_ID');
  gtag('set', 'ads_data_redaction', true);
</script>`;

const items = `[
  { item_id: "SKU_12345", item_name: "Stan and Friends Tee", affiliation: "Google Merchandise Store", coupon: "SUMMER_FUN", discount: 2.22,
    index: 0, item_brand: "Google", item_category: "Apparel", item_category2: "Adult", item_category3: "Shirts", item_category4: "Crew",
    item_category5: "Short sleeve", item_list_id: "related_products", item_list_name: "Related Products", item_variant: "green",
    location_id: "ChIJIQBpAG2ahYAR_6128GcTUEo", price: 10.01, google_business_vertical: "retail", quantity: 3 },
  { item_id: "SKU_12346", item_name: "Google Grey Women's Tee", index: 1, item_brand: "Google", item_category: "Apparel", price: 21.01,
    promotion_id: "P_12345", promotion_name: "Summer Sale", quantity: 2 }]`;

const granted = `{ ad_user_data: 'granted', ad_personalization: 'granted', ad_storage: 'granted', analytics_storage: 'granted', personalization_storage: 'granted' }`;

if (chromiumPath === undefined) it.skip("skipped: needs Chromium (set RAPPORT_CHROMIUM)", () => {});

describe.skipIf(chromiumPath === undefined)("a shop with Google's dataLayer", () => {
  let shop: ShopPages;
  beforeAll(async () => {
    execFileSync(process.execPath, [`${root}scripts/build-sdk.ts`], { cwd: root });
    shop = await openShopPages("data-layer-shop");
  });
  afterAll(() => shop?.close());

  const tag = () => `<script async src="${shop.rapport.address}/sdk/rapport.global.js" data-write-key="${shop.writeKey}" data-data-layer></script>`;
  const script = (code: string) => `<script nonce="${nonce}">${code}</script>`;
  const lastSeq = async () => Math.max(0, ...(await shop.events()).map(({ seq }) => seq));
  const since = async (before: number) => (await shop.events()).filter(({ seq }) => seq > before);

  it("says nothing while the person has not: a default is not an answer", async () => {
    const { page, requests, troubles, close } = await shop.open(`${googleTag}
      ${script(`gtag('consent', 'default', ${granted}); gtag("event", "view_item", { currency: "USD", value: 30.03, items: ${items} });`)}${tag()}`);
    await page.waitForTimeout(4_000);
    expect(requests).toEqual(["GET /sdk/rapport.global.js"]);
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
    expect(troubles).toEqual([]);
    await close();
  });

  it("gtag(): from the first page view to the order, before and after the script, once the person says yes", async () => {
    const before = await lastSeq();
    const early = ["view_item_list", "select_item", "view_item"]
      .map((name) => `gtag("event", "${name}", { currency: "USD", items: ${items} });`)
      .join("");
    const { page, requests, troubles, close } = await shop.open(`${googleTag}${script(early)}${tag()}`);
    await page.waitForFunction(() => typeof window.rapport?.track === "function");
    await page.evaluate(`gtag('consent', 'update', ${granted})`);
    await page.evaluate(`for (const name of ["add_to_cart", "remove_from_cart", "add_to_wishlist", "view_cart", "begin_checkout", "add_shipping_info", "add_payment_info"])
      gtag("event", name, { currency: "USD", value: 30.03, coupon: "SUMMER_FUN", shipping_tier: "Ground", payment_type: "Credit Card", items: ${items} });
      gtag("event", "purchase", { transaction_id: "T_12345_1", value: 72.05, tax: 3.60, shipping: 5.99, currency: "USD", coupon: "SUMMER_SALE", items: ${items} });
      gtag("event", "refund", { currency: "USD", transaction_id: "T_12345_1", value: 72.05 });
      gtag("event", "view_promotion", { creative_name: "Summer Banner", creative_slot: "featured_app_1", promotion_id: "P_12345", promotion_name: "Summer Sale" });
      gtag("event", "select_promotion", { promotion_id: "P_12345", promotion_name: "Summer Sale" });
      gtag("event", "search", { search_term: "t-shirts" });
      gtag("event", "share", { method: "Twitter", content_type: "product", item_id: "SKU_12345" });
      gtag("event", "login", { method: "Google" });
      gtag("event", "sign_up", { method: "Google" });
      gtag("event", "page_view", {}); gtag("get", "TAG_ID", "client_id", () => {});`);
    const expected = ["Product List Viewed", "Product Clicked", "Product Viewed", "Product Added", "Product Removed", "Product Added to Wishlist"];
    expected.push("Cart Viewed", "Checkout Started", "Checkout Step Completed", "Payment Info Entered", "Order Completed", "Order Refunded");
    expected.push("Promotion Viewed", "Promotion Clicked", "Products Searched", "Product Shared", "Signed In", "Signed Up");
    // A refund that names no products is completed by the server from the order.
    await expect.poll(async () => [...new Set((await since(before)).map(({ name }) => name))].sort(), { timeout: 10_000 }).toEqual(expected.sort());
    const events = await since(before);
    const order = events.find(({ name }) => name === "Order Completed")!;
    expect(order.type).toBe("purchase");
    expect(order.items).toEqual([
      { id: "SKU_12345", title: "Stan and Friends Tee" },
      { id: "SKU_12346", title: "Google Grey Women's Tee" },
    ]);
    const consents = await page.evaluate(() => window.rapport.consent.get());
    expect(consents).toEqual({ measure: true, personalize: true, learn: true });
    expect(requests[1]).toBe("PUT /v1/consents");
    expect(troubles).toEqual([]);
    await close();
  });

  it("Tag Manager's pushes, old and new; what it pushes for itself, and garbage", async () => {
    const before = await lastSeq();
    const { page, troubles, close } = await shop.open(
      `${script(`
      window.dataLayer = window.dataLayer || [];
      (function(w,d,s,l,i){w[l]=w[l]||[];w[l].push({'gtm.start': new Date().getTime(),event:'gtm.js'});})(window,document,'script','dataLayer','GTM-XXXX');
      dataLayer.push({ ecommerce: null });
      dataLayer.push({ event: "view_item", ecommerce: { currency: "USD", value: 30.03, items: ${items} } });
      dataLayer.push({ 'ecommerce': { 'currencyCode': 'EUR', 'impressions': [{ 'name': 'Triblend Android T-Shirt', 'id': '12345', 'price': '15.25', 'brand': 'Google', 'category': 'Apparel', 'variant': 'Gray', 'list': 'Search Results', 'position': 1 }] } });
    `)}${tag()}`,
    );
    await page.waitForFunction(() => typeof window.rapport?.track === "function");
    await page.evaluate(() => window.rapport.consent.set({ measure: true }));
    const returned = await page.evaluate(`[
      dataLayer.push({ event: 'addToCart', ecommerce: { currencyCode: 'EUR', add: { products: [{ name: 'Triblend Android T-Shirt', id: '12345', price: '15.25', brand: 'Google', category: 'Apparel', variant: 'Gray', quantity: 1 }] } } }),
      dataLayer.push({ ecommerce: { purchase: { actionField: { id: 'T12345', affiliation: 'Online Store', revenue: '35.43', tax: '4.90', shipping: '5.99', coupon: 'SUMMER_SALE' }, products: [{ name: 'Triblend Android T-Shirt', id: '12345', price: '15.25', quantity: 1, coupon: '' }] } } }),
      dataLayer.push(function () { throw new Error("never called"); }),
      dataLayer.push(null, undefined, 7, "purchase", [], [[]], Symbol("x"), 1n, new Date(NaN), document, window),
      dataLayer.push({ event: "purchase", ecommerce: { items: "none", transaction_id: {} } }),
      dataLayer.push({ get event() { throw new Error("no"); } }),
    ]`);
    const length = (returned as number[])[0]!;
    expect(returned).toEqual([length, length + 1, length + 2, length + 13, length + 14, length + 15]);
    const expected = ["Order Completed", "Product Added", "Product List Viewed", "Product Viewed"];
    await expect.poll(async () => (await since(before)).map(({ name }) => name).sort(), { timeout: 10_000 }).toEqual(expected);
    expect(troubles).toEqual([]);
    await close();
  });

  it("the page that says thank you, loaded again, is one order; a denial stops everything", async () => {
    const before = await lastSeq();
    const thanks = `${googleTag}${script(`gtag('consent', 'update', ${granted});
      gtag("event", "purchase", { transaction_id: "T_777", value: 10, currency: "EUR", items: [{ item_id: "TEA", price: 10, quantity: 1 }] });`)}${tag()}`;
    const { page, requests, close } = await shop.open(thanks);
    await expect.poll(async () => (await since(before)).length, { timeout: 10_000 }).toBe(1);
    await page.reload();
    await page.waitForFunction(() => typeof window.rapport?.flush === "function");
    await page.evaluate(() => window.rapport.flush());
    expect((await since(before)).map(({ name }) => name)).toEqual(["Order Completed"]);
    expect(
      requests.filter((request) => request === "PUT /v1/consents"),
      "the same answer is told once",
    ).toHaveLength(1);
    await page.evaluate(`gtag('consent', 'update', { analytics_storage: 'denied', personalization_storage: 'denied' });
      gtag("event", "view_item", { items: [{ item_id: "TEA" }] });`);
    await page.evaluate(() => window.rapport.flush());
    expect(await page.evaluate(() => window.rapport.anonymousId())).toBeNull();
    expect(await since(before)).toHaveLength(1);
    await close();
  });
});
