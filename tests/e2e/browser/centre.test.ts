import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { locales } from "#centre/locales.ts";
import { say } from "#centre/say.ts";
import type { Purpose } from "#domain/purpose.ts";
import { furnish, type House } from "#server/compose.ts";
import { buildApp } from "#server/http/build-app.ts";
import type { App } from "#server/http/route-deps.ts";
import { createShop } from "#server/shop-keys.ts";
import { standaloneVerifier } from "#server/standalone-verifier.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { chromiumPath, launchBrowser, takeScreen } from "../../support/browser.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { tasteItems, tasteOrders } from "../../support/two-tastes.ts";

// The customer's own page in a real browser, as its person uses it: with and without scripts, in three languages.

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const sections = ["", "known", "dial", "permissions", "tastes", "messages", "copy", "rights", "forget", "forget?step=confirm"];
const limitMs = 300_000;
const isSdkBuilt = existsSync(new URL("../../../dist/sdk/rapport.global.js", import.meta.url));

type Violation = { readonly id: string; readonly nodes: readonly { readonly html: string }[] };

if (chromiumPath === undefined) it.skip("skipped: needs Chromium (set RAPPORT_CHROMIUM)", () => {});

describe.skipIf(chromiumPath === undefined)("the customer's own page", () => {
  let [house, app, browser]: [House, App, Browser] = [] as never;
  let [address, key] = ["", ""];
  const folder = tempFolder("centre");

  beforeAll(async () => {
    house = furnish(await openSqlite(":memory:"), () => Date.now(), randomUUID);
    const created = await createShop(house.store.shops, { name: "Two Tastes", currency: "EUR" }, house);
    if (!created.ok) throw new Error(created.problem.detail);
    key = created.value.serverKey;
    app = await buildApp({ house, learning: { poke() {}, lag: () => 0 } as never, demo: null, logLevel: "silent" });
    await app.listen({ port: 0, host: "127.0.0.1" });
    address = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    await api("PUT", "/v1/items", { items: tasteItems });
    const orders = tasteOrders(Date.now());
    const all = new Map<Purpose, boolean>(["personalize", "learn", "measure"].map((purpose) => [purpose as Purpose, true]));
    await house.recordConsents(
      created.value.shop.shopId,
      [...new Set(orders.map(({ customerId }) => customerId))].map((customerId) => ({
        names: { customerId: customerId as never, anonymousId: null },
        purposes: all,
        source: "person" as const,
        notice: null,
        how: "banner",
      })),
    );
    await api("POST", "/v1/batch", { batch: orders.map(({ message }) => message) });
    await house.learner.learn(created.value.shop.shopId);
    browser = await launchBrowser();
  }, limitMs);
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await house?.learner.close();
    await house?.store.close();
    folder.remove();
  });

  async function api<Body>(method: string, path: string, body: unknown): Promise<Body> {
    const reply = await fetch(address + path, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(text);
    return JSON.parse(text) as Body;
  }
  const recommended = async (customerId: string) =>
    api<{ personalized: boolean; items: { id: string }[] }>("POST", "/v1/recommendations", { customerId, surface: "for-you", n: 5, preview: true });

  async function enter(
    customerId: string,
    locale: string,
    options: Parameters<Browser["newContext"]>[0] = {},
  ): Promise<{ page: Page; context: BrowserContext }> {
    const { url } = await api<{ url: string }>("POST", "/v1/privacy/links", { customerId, locale });
    const context = await browser.newContext({
      baseURL: address,
      viewport: { width: 320, height: 720 },
      reducedMotion: "reduce",
      acceptDownloads: true,
      ...options,
    });
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    await page.goto(url);
    await page.locator("main button").click();
    await page.waitForURL(`${address}/privacy/`);
    return { page, context };
  }
  const note = (page: Page) => page.locator('[role="status"]').textContent();

  /** What keeps somebody out, as far as axe can find it: of everything, or of some rules alone. */
  async function barriersOf(page: Page, rules?: readonly string[]): Promise<string[]> {
    if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
    return page.evaluate(async (only) => {
      const { axe: engine } = window as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } };
      const { violations } = await engine.run({ resultTypes: ["violations"], ...(only === undefined ? {} : { runOnly: only }) });
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    }, rules);
  }

  /** A file as the person gets it: by pressing the link. */
  async function download(page: Page, link: Locator, name: string): Promise<string> {
    const [file] = await Promise.all([page.waitForEvent("download"), link.click()]);
    const path = join(folder.path, name);
    await file.saveAs(path);
    return path;
  }

  /** Whether the program that is given to anybody believes a document, with the keys that the page leads to and nothing else. */
  function isVerified(documentPath: string, keysPath: string): boolean {
    const { status, stdout } = spawnSync(process.execPath, [standaloneVerifier, documentPath, keysPath], { encoding: "utf8" });
    expect([0, 1]).toContain(status);
    return status === 0 && stdout.startsWith("VERIFIED");
  }

  function forge(path: string, change: (document: Record<string, unknown>) => void): string {
    const document = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
    change(document);
    writeFileSync(`${path}.forged`, JSON.stringify(document));
    return `${path}.forged`;
  }

  describe.each(locales)("in %s", (locale) => {
    it(
      "works with no script at all: the dial, a wrong conclusion, a receipt, a copy",
      async () => {
        const who = `tea-fan-${locales.indexOf(locale)}`;
        const { page, context } = await enter(who, locale, { javaScriptEnabled: false });
        expect(await page.locator("html").getAttribute("lang")).toBe(locale);
        expect((await recommended(who)).personalized).toBe(true);

        await page.goto("/privacy/dial");
        await page.locator("#dial-nothing").check();
        await page.locator("main form button").click();
        expect(await note(page)).toBe(say(locale, "note.dial", { level: say(locale, "dial.nothing") }));
        expect((await recommended(who)).personalized).toBe(false);
        await page.locator("#dial-everything").check();
        await page.locator("main form button").click();
        expect((await recommended(who)).personalized).toBe(true);

        await page.goto("/privacy/known");
        const wrong = page.locator('form[action="/privacy/do/wrong"]');
        const before = await wrong.count();
        expect(before).toBeGreaterThan(0);
        const deleted = await wrong.first().locator('[name="key"]').inputValue();
        const concluded = await page.locator("li", { has: wrong }).first().locator("h3").textContent();
        await wrong.first().locator("button").click();
        expect(await note(page)).toBe(say(locale, "note.corrected"));
        await page.reload();
        expect(await page.locator(`form[action="/privacy/do/wrong"] [value="${deleted}"]`).count()).toBe(0);
        const allow = page.locator(`form[action="/privacy/do/allow"] [value="${deleted}"]`);
        expect(await page.locator("li", { has: allow }).first().locator("h3").textContent()).toBe(concluded);

        const copy = await (await context.request.get("/privacy/copy/json")).json();
        expect(copy).toMatchObject({ type: "rapport-copy", shop: "Two Tastes" });
        expect(copy.events.length).toBeGreaterThan(0);
        await page.goto("/privacy/permissions");
        const receipt = await download(page, page.locator('a[href="/privacy/receipt"]'), `receipt-${locale}.json`);
        const keys = await download(page, page.locator('a[href^="/v1/privacy/keys"]'), `keys-${locale}.json`);
        expect(isVerified(receipt, keys)).toBe(true);
        const forged = forge(receipt, (document) => {
          document.issuedAt = "2020-01-01T00:00:00.000Z";
        });
        expect(isVerified(forged, keys)).toBe(false);
        await context.close();
      },
      limitMs,
    );

    it(
      "R29: fits a screen of 320 pixels, runs the right way, and has no barrier that axe can find, in light and dark",
      async () => {
        const { page, context } = await enter(`tools-fan-${locales.indexOf(locale)}`, locale, { locale });
        const dir = locale === "ur" ? "rtl" : "ltr";
        for (const place of [...sections.map((section) => `/privacy/${section}`), `/ranking?lang=${locale}`, "/privacy/enter?token=none"]) {
          await page.emulateMedia({ colorScheme: "light" });
          await page.goto(place);
          const seen = await page.evaluate(() => ({
            dir: getComputedStyle(document.documentElement).direction,
            overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
          }));
          expect(seen, place).toEqual({ dir, overflow: 0 });
          expect(await barriersOf(page), place).toEqual([]);
          await page.emulateMedia({ colorScheme: "dark" });
          expect(await barriersOf(page, ["color-contrast"]), `${place}, dark`).toEqual([]);
        }
        await page.emulateMedia({ colorScheme: "light" });
        await page.goto("/privacy/");
        await takeScreen(page, `centre-${locale}`);
        await context.close();
      },
      limitMs,
    );
  });

  it(
    "can be used with a keyboard alone",
    async () => {
      const { page, context } = await enter("tea-fan-5", "en", { viewport: { width: 1280, height: 800 } });
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Not personal, please");
      await page.keyboard.press("Enter");
      await page.waitForURL(/note=impersonal/);
      // Whoever hears the page is where it says what was done.
      await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("status");
      expect((await recommended("tea-fan-5")).personalized).toBe(false);
      await context.close();
    },
    limitMs,
  );

  it.skipIf(!isSdkBuilt)(
    "shows in the frame of a shop that is named, as high as it is, and in no other's",
    async () => {
      const shop = createServer((_request, reply) => {
        reply.setHeader("content-type", "text/html");
        reply.end(
          `<!doctype html><title>Shop</title><div id="here"></div><script src="${address}/sdk/rapport.global.js" data-write-key="w"></script>`,
        );
      });
      await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", resolve));
      const origin = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
      const context = await browser.newContext({ viewport: { width: 900, height: 700 }, reducedMotion: "reduce" });
      context.setDefaultTimeout(30_000);
      const page = await context.newPage();
      const show = async (embedOrigins: readonly string[]) => {
        const { url } = await api<{ url: string }>("POST", "/v1/privacy/links", { customerId: "tools-fan-7", locale: "id", embedOrigins });
        await page.goto(origin);
        await page.evaluate((to) => {
          const { rapport } = window as unknown as { rapport: { openPrivacyCentre(url: string, options: object): void } };
          rapport.openPrivacyCentre(to, { into: document.querySelector("#here") });
        }, url);
      };
      const framed = page.frameLocator("iframe");

      await show([]);
      await expect.poll(() => page.frames()[1]?.url(), { timeout: 30_000 }).toMatch(/^chrome-error:/);

      await show([origin]);
      await framed.locator("main button").click();
      await framed.locator("nav.sections, .tiles").first().waitFor();
      const heights = async () => [
        (await page.locator("iframe").boundingBox())!.height,
        await framed.locator("body").evaluate((body) => Math.ceil(body.getBoundingClientRect().height)),
      ];
      const fits = async () => (await heights()).reduce((frame, content) => Math.abs(frame - content)) <= 1;
      await expect.poll(fits, { timeout: 30_000 }).toBe(true);
      const [high] = await heights();
      await framed.locator('.tiles a[href="/privacy/copy"]').click();
      await framed.locator('a[href="/privacy/copy/json"]').waitFor();
      await expect.poll(async () => (await heights())[0]! < high! && (await fits()), { timeout: 30_000 }).toBe(true);

      const [ranking] = await Promise.all([context.waitForEvent("page"), framed.locator("footer a").click()]);
      expect(await ranking.locator("h1").textContent()).toBe(say("id", "ranking.title"));

      await page.frames()[1]!.goto(`${address}/privacy/forget?step=confirm`);
      await framed.locator("button.danger").click();
      // Who is forgotten has no session: their language, and the frame they are in, hold on.
      await framed.getByRole("heading", { name: say("id", "forget.status") }).waitFor();
      await page.frames()[1]!.goto(`${address}/privacy/`);
      await framed.getByRole("heading", { name: say("en", "ended.title") }).waitFor();
      await context.close();
      await new Promise((resolve) => shop.close(resolve));
    },
    limitMs,
  );

  it(
    "somebody who is forgotten gets a certificate that anybody can check, in their language, and their page is closed",
    async () => {
      const { page, context } = await enter("tea-fan-9", "ur");
      await page.goto("/privacy/forget");
      await page.locator("main .button").click();
      await page.locator("button.danger").click();
      await page.waitForURL(/\/privacy\/forgotten\//);
      await house.forget.runAll();
      await page.locator("main .button").click();
      expect(await page.locator("h1").textContent()).toBe(say("ur", "forget.done"));
      expect(await barriersOf(page)).toEqual([]);
      const certificate = await download(page, page.locator("main .button"), "certificate.json");
      const keys = await download(page, page.locator('a[href^="/v1/privacy/keys"]'), "keys.json");
      expect(isVerified(certificate, keys)).toBe(true);
      const forged = forge(certificate, (document) => {
        document.completedAt = "2020-01-01T00:00:00.000Z";
      });
      expect(isVerified(forged, keys)).toBe(false);
      expect((await page.goto("/privacy/"))!.status()).toBe(403);
      expect((await recommended("tea-fan-9")).personalized).toBe(false);
      await context.close();
    },
    limitMs,
  );
});
