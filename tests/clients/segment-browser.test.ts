import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConsentsReply } from "#server/contract/consents.ts";
import type { CustomerReply } from "#server/contract/console.ts";
import type { RecommendationsReply } from "#server/contract/recommendations.ts";
import { type ApiWorld, allPurposes, fillWithTwoTastes } from "../support/api-world.ts";
import { chromiumPath, launchBrowser } from "../support/browser.ts";
import { tasteOf } from "../support/two-tastes.ts";
import { waitUntil } from "../support/wait-until.ts";
import type { Choice, ShopGlobals } from "./segment-page.ts";
import { type OpenPage, type ShopPages, serveShopPages } from "./segment-shop-page.ts";
import { type Line, openLine, openSegmentWorld, type SegmentWorld, suiteOf } from "./segment-world.ts";

// Segment's browser libraries, as they are published, in a real browser, on the page of a shop at another origin.

const titles = { next: suiteOf("@segment/analytics-next"), consent: suiteOf("@segment/analytics-consent-tools") };
if (chromiumPath === undefined)
  for (const title of Object.values(titles)) describe(title, () => it.skip("skipped: needs Chromium (set RAPPORT_CHROMIUM)", () => {}));

describe.skipIf(chromiumPath === undefined)("Segment in a browser", () => {
  let [world, line, browser, pages]: [SegmentWorld, Line, Browser, ShopPages] = [] as never;
  beforeAll(async () => {
    [world, browser, pages] = await Promise.all([openSegmentWorld(), launchBrowser(), serveShopPages()]);
    line = await openLine(world.address);
    // What there is to recommend: two tastes that do not mix.
    await fillWithTwoTastes(world as unknown as ApiWorld);
  });
  afterAll(async () => {
    await browser?.close();
    line?.close();
    pages?.close();
    await world?.close();
  });

  const posts = () => line.seen.filter(({ method }) => method === "POST").map(({ path }) => path);
  const stored = (name: string) => waitUntil(`${name} to be stored`, async () => ((await world.storedNames()).includes(name) ? true : null));
  async function recommend(anonymousId: string): Promise<RecommendationsReply> {
    return (await world.api.post<RecommendationsReply>("/v1/recommendations", { surface: "for-you", anonymousId, n: 5 })).body;
  }

  describe(titles.next, () => {
    /** Loads the library as its documentation says, with nothing changed but the host; the visitor's anonymous id. */
    async function load({ page }: OpenPage, options: object = {}): Promise<string> {
      line.seen.length = 0;
      const settings = { writeKey: world.writeKey, cdnURL: line.address };
      return page.evaluate(
        async ([settings, options]) => {
          const globals = globalThis as unknown as ShopGlobals;
          const [analytics] = await globals.AnalyticsBrowser.load(settings, options);
          globals.analytics = analytics;
          return analytics.user().anonymousId() as string;
        },
        [settings, options] as const,
      );
    }
    const call = (page: Page, method: keyof ShopGlobals["analytics"], ...words: unknown[]) =>
      page.evaluate(
        async ([method, words]) => {
          const { analytics } = globalThis as unknown as ShopGlobals;
          await analytics[method](...(words as never[]));
        },
        [method, words] as const,
      );
    const allow = (anonymousId: string) => world.pages.put("/v1/consents", { anonymousId, purposes: allPurposes });

    it("fetches its settings here, sends every call here, and nothing goes wrong", async () => {
      const open = await pages.open(browser);
      const anonymousId = await load(open);
      await allow(anonymousId);
      await call(open.page, "page", "Mugs");
      await call(open.page, "screen", "Mugs");
      await call(open.page, "track", "Product Viewed", { product_id: "tea-00", name: "Tea number 0", price: 5 });
      await call(open.page, "group", "club");
      await call(open.page, "identify", "bella", { email: "bella@shop.example" });
      await call(open.page, "alias", "bella-2", anonymousId);
      expect(line.seen[0]).toMatchObject({ method: "GET", path: `/v1/projects/${world.writeKey}/settings` });
      expect(posts()).toEqual(["/v1/p", "/v1/s", "/v1/t", "/v1/g", "/v1/i", "/v1/a"]);
      const [{ headers }] = line.seen.filter(({ method }) => method === "POST") as [Line["seen"][number]];
      expect([headers["content-type"], headers.origin]).toEqual(["text/plain", pages.address]);
      for (const name of ["page", "screen", "Product Viewed", "group", "identify"]) await stored(name);
      const { history } = (await world.api.get<CustomerReply>("/v1/customers/bella")).body;
      expect(history!.map(({ name }) => name)).toContain("Product Viewed");
      expect(open.troubles).toEqual([]);
    });

    it("what a visitor looked at shapes the next answer", async () => {
      const open = await pages.open(browser);
      const anonymousId = await load(open);
      expect((await recommend(anonymousId)).personalized).toBe(false);
      await allow(anonymousId);
      for (const product_id of ["tools-00", "tools-01", "tools-02"]) await call(open.page, "track", "Product Viewed", { product_id });
      const { items } = await waitUntil("a personal answer", async () => {
        const reply = await recommend(anonymousId);
        return reply.personalized && reply.items.length > 0 ? reply : null;
      });
      expect(tasteOf(items[0]!.id)).toBe("tools");
    });

    it("in batches", async () => {
      const open = await pages.open(browser);
      const deliveryStrategy = { strategy: "batching", config: { size: 3, timeout: 500 } };
      await allow(await load(open, { integrations: { "Segment.io": { deliveryStrategy } } }));
      const before = await world.countStored();
      for (const name of ["Coupon Entered", "Coupon Applied", "Coupon Removed"]) await call(open.page, "track", name, { coupon_id: "spring" });
      await stored("Coupon Removed");
      expect(posts()).toEqual(["/v1/b"]);
      expect(await world.countStored()).toBe(before + 3);
    });

    it("what failed on the way is sent again, and stored once", async () => {
      const open = await pages.open(browser);
      await allow(await load(open));
      const headers = { "access-control-allow-origin": "*", "access-control-expose-headers": "retry-after" };
      // The question beforehand passes; the event itself meets a server that is down, then one that is busy.
      await call(open.page, "track", "Cart Viewed", {});
      line.fail({ status: 500, headers }, { status: 429, headers: { ...headers, "retry-after": "1" } });
      await call(open.page, "track", "Checkout Started", { order_id: "b-1" });
      await stored("Checkout Started");
      expect((await world.storedNames()).filter((name) => name === "Checkout Started")).toHaveLength(1);
      const tries = line.seen.filter(({ body }) => body.includes("Checkout Started"));
      expect(tries).toHaveLength(3);
      expect(tries.at(-1)!.headers["x-retry-count"]).toBeDefined();
    });

    it("a wrong key is told, and events are not tried for ever", async () => {
      const open = await pages.open(browser);
      const failed = await open.page.evaluate(
        (cdnURL) =>
          (globalThis as unknown as ShopGlobals).AnalyticsBrowser.load({ writeKey: "rk_w_wrong", cdnURL }).then(
            () => null,
            (error: unknown) => String(error),
          ),
        line.address,
      );
      expect(failed).toContain("KEY_UNKNOWN");
    });
  });

  describe(titles.consent, () => {
    /** The library in its wrapper; the shop's consent manager is two functions on the page. */
    async function loadWrapped({ page }: OpenPage, choice: Choice): Promise<string> {
      line.seen.length = 0;
      return page.evaluate(
        async ([writeKey, cdnURL, choice]) => {
          const globals = globalThis as unknown as ShopGlobals;
          let current = choice;
          let told = (_choice: Choice) => {};
          globals.choose = (next: Choice) => {
            current = next;
            told(next);
          };
          const wrap = globals.createWrapper({
            shouldLoadSegment: (context) => context.load({ consentModel: "opt-in" }),
            getCategories: () => current,
            registerOnConsentChanged: (tell: typeof told) => {
              told = tell;
            },
          });
          const analytics = new globals.AnalyticsBrowser();
          wrap(analytics).load({ writeKey, cdnURL });
          globals.analytics = analytics;
          return (await analytics.user()).anonymousId() as string;
        },
        [world.writeKey, line.address, choice] as const,
      );
    }
    const view = (page: Page, product_id: string) =>
      page.evaluate(
        async (product_id) =>
          void (await (globalThis as unknown as ShopGlobals).analytics.track(...(["Product Viewed", { product_id, name: product_id }] as never[]))),
        product_id,
      );
    const choose = (page: Page, choice: Choice) => page.evaluate((choice) => (globalThis as unknown as ShopGlobals).choose(choice), choice);
    const decisionsOf = async (anonymousId: string) => (await world.api.get<ConsentsReply>(`/v1/consents?anonymousId=${anonymousId}`)).body.purposes;
    const shopState = async () => (await world.api.get<Record<string, unknown>>("/v1/shop")).body;
    const reached = (count: number) => waitUntil(`${count} posts`, () => (posts().length >= count ? true : null));
    const [nothing, everything] = [
      { Analytics: false, Advertising: false },
      { Analytics: true, Advertising: true },
    ];

    it("before the choice nothing is stored; after it events arrive, stamped, and are of use", async () => {
      const open = await pages.open(browser);
      const before = await shopState();
      const anonymousId = await loadWrapped(open, nothing);
      await view(open.page, "tools-03");
      await reached(1);
      expect(line.seen.at(-1)!.body.toString()).toContain('"categoryPreferences":{"Analytics":false,"Advertising":false}');
      expect(await shopState()).toEqual(before);
      expect(await decisionsOf(anonymousId)).toEqual({});

      await choose(open.page, everything);
      await stored("Segment Consent Preference Updated");
      expect(await decisionsOf(anonymousId)).toEqual(allPurposes);
      for (const item of ["tools-04", "tools-05", "tools-06"]) await view(open.page, item);
      const { items } = await waitUntil("a personal answer", async () => {
        const reply = await recommend(anonymousId);
        return reply.personalized && reply.items.length > 0 ? reply : null;
      });
      expect(tasteOf(items[0]!.id)).toBe("tools");
      expect(open.troubles).toEqual([]);

      // Taken back in part: from the next event on.
      await choose(open.page, { Analytics: true, Advertising: false });
      await waitUntil("the withdrawal", async () => ((await decisionsOf(anonymousId)).personalize === false ? true : null));
      expect((await recommend(anonymousId)).personalized).toBe(false);
      // And as a whole: nothing more is stored.
      await choose(open.page, nothing);
      await waitUntil("the withdrawal", async () => ((await decisionsOf(anonymousId)).learn === false ? true : null));
      const { events } = await shopState();
      const sent = posts().length;
      await view(open.page, "tools-07");
      await reached(sent + 1);
      expect((await shopState()).events).toBe(events);
    });

    it("a stamp alone opens as much: for visitors who had chosen before", async () => {
      const open = await pages.open(browser);
      const anonymousId = await loadWrapped(open, { Analytics: true, Advertising: false });
      const before = await world.countStored();
      await view(open.page, "tea-03");
      await waitUntil("the event", async () => ((await world.countStored()) === before + 1 ? true : null));
      expect(await decisionsOf(anonymousId)).toEqual({ learn: true, measure: true, personalize: false });
      expect((await recommend(anonymousId)).personalized).toBe(false);
    });
  });
});
