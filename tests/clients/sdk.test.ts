import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Rapport } from "../../src/sdk/public-types.ts";
import { chromiumPath, wordsOf } from "../support/browser.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { nonce, openShopPages, type ShopPages } from "./shop-pages.ts";

// The browser SDK as a shop uses it: built, served by Rapport, in a page of another origin, in a real Chromium.

const root = fileURLToPath(new URL("../../", import.meta.url));
const maxGzipBytes = 10 * 1024;
const build = (folder?: string) =>
  execFileSync(process.execPath, [`${root}scripts/build-sdk.ts`, ...(folder === undefined ? [] : [folder])], { cwd: root });

declare global {
  interface Window {
    rapport: Rapport;
  }
}

type IdentityReply = { readonly links: readonly { readonly kind: string; readonly name: { readonly id: string } }[] };

describe("the built SDK", () => {
  const folder = tempFolder("sdk");
  beforeAll(() => build(folder.path));
  afterAll(() => folder.remove());

  it.each(["rapport.js", "rapport.global.js"])("%s is at most 10 KB with gzip", (name) => {
    expect(gzipSync(readFileSync(join(folder.path, name))).length).toBeLessThanOrEqual(maxGzipBytes);
  });

  it("its types fit its manifest, and a page that uses them", () => {
    const manifest = JSON.parse(readFileSync(join(folder.path, "package.json"), "utf8")) as { exports: Record<string, unknown> };
    expect(manifest.exports["."]).toEqual({ types: "./rapport.d.ts", default: "./rapport.js" });
    const use = `import { createRapport, type Purposes } from "./rapport.js";
      const rapport = createRapport({ host: "https://r.example", writeKey: "rk_w_x", onProblem: ({ code }) => code.length });
      const answers: Purposes | null = rapport.consent.get();
      rapport.consent.set({ ...answers, learn: true }, { notice: "n" });
      rapport.track("Product Viewed", { product_id: "A" });
      const stop: () => void = rapport.bridgeDataLayer([], { userId: true });
      // @ts-expect-error: there is no such purpose
      rapport.consent.set({ everything: true });
      stop();`;
    writeFileSync(join(folder.path, "use.ts"), use);
    const compiler = `${root}node_modules/typescript-native/bin/tsc`;
    const options = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--lib", "es2022,dom", "--ignoreConfig"];
    expect(() => execFileSync(process.execPath, [compiler, ...options, join(folder.path, "use.ts")], { encoding: "utf8" })).not.toThrow();
  });
});

if (chromiumPath === undefined) it.skip("skipped: needs Chromium (set RAPPORT_CHROMIUM)", () => {});

describe.skipIf(chromiumPath === undefined)("the SDK in a shop's page", () => {
  let shop: ShopPages;
  beforeAll(async () => {
    build();
    shop = await openShopPages("sdk-shop");
  });
  afterAll(() => shop?.close());

  const tag = (more = "") =>
    `<h1>Tea</h1><script src="${shop.rapport.address}/sdk/rapport.global.js" data-write-key="${shop.writeKey}" ${more}></script>`;
  const all = { personalize: true, learn: true, measure: true };
  /** Names of what this test added to the log. */
  const newEvents = async (before: number) => (await shop.events()).filter(({ seq }) => seq > before).map(({ name }) => name);
  /** How many entries of the page's storage hold events that are not sent yet. */
  const keptEvents = (page: Page) => page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes("event")).length);
  const lastSeq = async () => Math.max(0, ...(await shop.events()).map(({ seq }) => seq));

  it("is served to any page, compressed, with a tag to ask again by", async () => {
    for (const name of ["rapport.js", "rapport.global.js"]) {
      const url = `${shop.rapport.address}/sdk/${name}`;
      const first = await fetch(url, { headers: { origin: "https://shop.example", "accept-encoding": "gzip" } });
      expect(first.status).toBe(200);
      expect(first.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
      expect(first.headers.get("access-control-allow-origin")).toBe("*");
      expect(first.headers.get("content-encoding")).toBe("gzip");
      expect(first.headers.get("cache-control")).toMatch(/public, max-age=\d+/);
      expect(Number(first.headers.get("content-length"))).toBeLessThanOrEqual(maxGzipBytes);
      expect(await first.text()).toBe(readFileSync(`${root}dist/sdk/${name}`, "utf8"));
      const tagged = first.headers.get("etag")!;
      for (const known of [tagged, `W/${tagged}`, `"other", ${tagged}`])
        expect((await fetch(url, { headers: { "if-none-match": known } })).status).toBe(304);
      const plain = await fetch(url, { headers: { "accept-encoding": "gzip;q=0, identity", "if-none-match": '"other"' } });
      expect([plain.status, plain.headers.get("content-encoding")]).toEqual([200, null]);
    }
  });

  it("before an answer: one request, the script; nothing stored, nothing sent", async () => {
    const { page, requests, troubles, close } = await shop.open(tag());
    await page.evaluate(() => {
      window.rapport.page();
      window.rapport.track("Product Viewed", { product_id: "TEA-1" });
      window.rapport.identify("C-1");
    });
    await page.waitForTimeout(4_000);
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie])).toEqual([0, 0, ""]);
    expect(requests).toEqual(["GET /sdk/rapport.global.js"]);
    await page.goto("about:blank");
    await page.waitForTimeout(300);
    expect(requests).toHaveLength(1);
    expect(await shop.events()).toEqual([]);
    expect(troubles).toEqual([]);
    await close();
  });

  it("a yes brings what the page held into the log, decision first", async () => {
    const { page, requests, troubles, close } = await shop.open(tag());
    await page.evaluate((answers) => {
      window.rapport.track("Product Viewed", { product_id: "TEA-1", name: "Green tea", price: 720 });
      window.rapport.consent.set(answers, { notice: "banner 3", how: "banner" });
      window.rapport.track("Product Added", { product_id: "TEA-1", price: 720, quantity: 2 });
    }, all);
    const events = await shop.waitForEvents(["Product Viewed", "Product Added"]);
    expect(new Set(events.map(({ person }) => person)).size).toBe(1);
    expect(events[0]!.items).toEqual([{ id: "TEA-1", title: "Green tea" }]);
    expect(requests.slice(1, 3)).toEqual(["PUT /v1/consents", "POST /v1/batch"]);
    // The log has them before the page has heard so.
    await expect.poll(() => keptEvents(page)).toBe(0);
    expect(await page.evaluate(() => document.cookie)).toBe("");
    expect(troubles).toEqual([]);
    await close();
  });

  it("offline and back online: nothing is lost, nothing is twice", async () => {
    const before = await lastSeq();
    const { page, close } = await shop.open(tag());
    await page.evaluate(async (answers) => {
      window.rapport.consent.set(answers);
      await window.rapport.flush();
    }, all);
    await page.context().setOffline(true);
    await page.evaluate(() => {
      for (let index = 0; index < 50; index++) window.rapport.track("Product Viewed", { product_id: `OFF-${index}` });
      return window.rapport.flush();
    });
    await page.waitForTimeout(1_000);
    expect(await newEvents(before)).toEqual([]);
    await page.context().setOffline(false);
    await expect.poll(async () => (await newEvents(before)).length, { timeout: 15_000 }).toBe(50);
    await page.waitForTimeout(500);
    const items = (await shop.events()).filter(({ seq }) => seq > before).map(({ items }) => items[0]!.id);
    expect(new Set(items).size).toBe(50);
    await expect.poll(() => keptEvents(page)).toBe(0);
    await close();
  });

  it("what was tracked offline on a page that is gone goes out from the next one", async () => {
    const before = await lastSeq();
    const { page, address, close } = await shop.open(tag());
    await page.evaluate(async (answers) => {
      window.rapport.consent.set(answers);
      await window.rapport.flush();
    }, all);
    await page.context().setOffline(true);
    // Requests that outlive their page escape the browser's pretended offline; the page must know before it ends.
    await page.waitForFunction(() => !navigator.onLine);
    await page.evaluate(() => window.rapport.track("Product Viewed", { product_id: "TEA-7" }));
    await page.goto("about:blank");
    await page.waitForTimeout(500);
    expect(await newEvents(before)).toEqual([]);
    await page.context().setOffline(false);
    await page.goto(address);
    await expect.poll(() => newEvents(before), { timeout: 10_000 }).toEqual(["Product Viewed"]);
    await close();
  });

  it("a page that is left sends what it has gathered", async () => {
    const before = await lastSeq();
    const { page, close } = await shop.open(tag());
    await page.evaluate(async (answers) => {
      window.rapport.consent.set(answers);
      await window.rapport.flush();
      window.rapport.track("Product Clicked", { product_id: "TEA-1" });
    }, all);
    await page.goto("about:blank");
    await expect.poll(() => newEvents(before), { timeout: 2_500 }).toEqual(["Product Clicked"]);
    await close();
  });

  it("works where storage throws and there is no randomUUID", async () => {
    const before = await lastSeq();
    const { page, troubles, close } = await shop.open(tag(), (context) =>
      context.addInitScript(() => {
        const refuse = () => {
          throw new DOMException("denied", "SecurityError");
        };
        Object.defineProperty(window, "localStorage", { get: refuse });
        Object.defineProperty(crypto, "randomUUID", { value: undefined });
      }),
    );
    await page.evaluate((answers) => {
      window.rapport.consent.set(answers);
      window.rapport.track("Product Viewed", { product_id: "TEA-1" });
      window.rapport.track("Product Added", { product_id: "TEA-1" });
    }, all);
    await expect.poll(async () => (await newEvents(before)).sort(), { timeout: 10_000 }).toEqual(["Product Added", "Product Viewed"]);
    expect(troubles).toEqual([]);
    await close();
  });

  it("withdrawing stops at once, and leaves no id behind", async () => {
    const before = await lastSeq();
    const { page, requests, close } = await shop.open(tag());
    const id = await page.evaluate(async (answers) => {
      window.rapport.consent.set(answers);
      await window.rapport.flush();
      const anonymousId = window.rapport.anonymousId();
      window.rapport.track("Product Viewed", { product_id: "TEA-1" });
      window.rapport.consent.set({ personalize: false, learn: false, measure: false });
      window.rapport.track("Product Added", { product_id: "TEA-1" });
      await window.rapport.flush();
      return anonymousId;
    }, all);
    await page.waitForTimeout(3_500);
    expect(requests.filter((request) => request.endsWith("/v1/batch"))).toEqual([]);
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(id);
    expect(await newEvents(before)).toEqual([]);
    const told = await shop.api.get<{ purposes: Record<string, boolean> }>(`/v1/consents?anonymousId=${id}`);
    expect(told.body.purposes).toEqual({ personalize: false, learn: false, measure: false });
    await close();
  });

  it("this isn't me: the server lets go of the device, and the page is a stranger's", async () => {
    const { page, requests, troubles, close } = await shop.open(tag());
    const id = await page.evaluate(async (answers) => {
      window.rapport.consent.set(answers);
      window.rapport.identify("C-household");
      await window.rapport.flush();
      const anonymousId = window.rapport.anonymousId();
      window.rapport.notMe();
      await window.rapport.flush();
      return anonymousId;
    }, all);
    await expect.poll(() => requests.at(-1)).toBe("POST /v1/identities/not-me");
    await expect.poll(() => page.evaluate(() => localStorage.length)).toBe(0);
    expect(await page.evaluate(() => [window.rapport.consent.get(), window.rapport.anonymousId()])).toEqual([null, null]);
    const known = await shop.api.get<IdentityReply>("/v1/identities?customerId=C-household");
    expect(known.body.links.map(({ kind, name }) => [kind, name.id])).toContainEqual(["let-go", id]);
    expect(troubles).toEqual([]);
    await close();
  });

  it("the module, tasks pushed before the script, and a script included twice", async () => {
    const before = await lastSeq();
    const { page, troubles, close } = await shop.open(`<p></p>
      <script nonce="${nonce}">
        window.rapport = [];
        rapport.push((ready) => { ready.consent.set({ measure: true }); ready.track("Before"); });
      </script>
      ${tag("async")}${tag("async")}
      <script type="module" nonce="${nonce}">
        import { createRapport } from "${shop.rapport.address}/sdk/rapport.js";
        const rapport = createRapport({ host: "${shop.rapport.address}/", writeKey: "${shop.writeKey}", flushIntervalMs: 100 });
        rapport.track("Module");
        rapport.consent.set({ measure: true });
        await rapport.flush();
        document.querySelector("p").textContent = "done";
      </script>`);
    await expect.poll(() => wordsOf(page.locator("p"))).toBe("done");
    await expect.poll(async () => (await newEvents(before)).sort(), { timeout: 10_000 }).toEqual(["Before", "Module"]);
    expect(troubles).toEqual([]);
    await close();
  });
});
