import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import { furnish, type House } from "#server/compose.ts";
import { buildApp } from "#server/http/build-app.ts";
import type { App } from "#server/http/route-deps.ts";
import { createShop } from "#server/shop-keys.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { chromiumPath, freshPage, launchBrowser, takeScreen } from "../../support/browser.ts";

// The queue of requests in the console, with a mouse and with nothing but a keyboard.

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const isBuilt = existsSync(new URL("../../../dist/console/index.html", import.meta.url));
const limitMs = 300_000;

if (chromiumPath === undefined) it.skip("skipped: needs Chromium (set RAPPORT_CHROMIUM)", () => {});

describe.skipIf(chromiumPath === undefined || !isBuilt)("the queue of requests", () => {
  let [house, app, browser]: [House, App, Browser] = [] as never;
  let [address, key] = ["", ""];
  let now = Date.now();

  beforeAll(async () => {
    house = furnish(await openSqlite(":memory:"), () => now, randomUUID);
    const created = await createShop(house.store.shops, { name: "Queue", currency: "EUR" }, house);
    if (!created.ok) throw new Error(created.problem.detail);
    key = created.value.serverKey;
    app = await buildApp({ house, learning: { poke() {}, running: () => true, lag: async () => 0 } as never, demo: null, logLevel: "silent" });
    await app.listen({ port: 0, host: "127.0.0.1" });
    address = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    const ask = (customerId: string, kind: string) => {
      const names = { customerId: customerId as never, anonymousId: null };
      return house.rights.open(created.value.shop.shopId, { kind: kind as "access", names, source: "shop", verifiedBy: "shop" });
    };
    for (const customerId of ["overdue-anna", "late-bob"])
      await house.recordConsents(created.value.shop.shopId, [
        {
          names: { customerId: customerId as never, anonymousId: null },
          purposes: new Map([["email", true]]),
          source: "person",
          notice: null,
          how: null,
        },
      ]);
    await ask("overdue-anna", "access");
    now += 10 * dayMs;
    await ask("late-bob", "portability");
    now += 25 * dayMs;
    await house.recordConsents(created.value.shop.shopId, [
      {
        names: { customerId: "new-carla" as never, anonymousId: null },
        purposes: new Map([["email", true]]),
        source: "person",
        notice: null,
        how: null,
      },
    ]);
    await ask("new-carla", "rectification");
    browser = await launchBrowser();
  }, limitMs);
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await house?.store.close();
  });

  it(
    "R39: shows what is due first, loud where it is overdue, and is done by keyboard alone",
    async () => {
      const { page, troubles } = await freshPage(browser, address);
      await page.goto(`${address}/console/#key=${encodeURIComponent(key)}`);
      await page.getByRole("link", { name: "What people asked for" }).click({ timeout: 60_000 });
      await page.getByRole("alert").filter({ hasText: "1 overdue" }).waitFor({ timeout: 60_000 });
      const rows = page.getByRole("region", { name: "Requests of people" }).getByRole("row");
      await expect.poll(() => rows.count(), { timeout: 60_000 }).toBe(4);
      expect(await rows.nth(1).textContent()).toContain("overdue-anna");
      expect(await rows.nth(2).textContent()).toContain("80 % of the time is over");
      expect(await rows.nth(3).textContent()).toContain("in time");
      await takeScreen(page, "rights-queue");
      await page.getByRole("link", { name: "overdue-anna" }).focus();
      await page.keyboard.press("Enter");
      const fulfil = page.getByRole("button", { name: "Do what was asked for" });
      await fulfil.waitFor({ timeout: 60_000 });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() =>
        (window as unknown as { axe: { run(): Promise<{ violations: { id: string; impact: string }[] }> } }).axe.run(),
      );
      expect(violations.filter(({ impact }) => impact === "critical" || impact === "serious")).toEqual([]);
      await fulfil.focus();
      await page.keyboard.press("Enter");
      await expect.poll(() => rows.count(), { timeout: 60_000 }).toBe(3);
      await page.getByRole("link", { name: "new-carla" }).click();
      await page.getByRole("textbox", { name: "Words for the person" }).fill("many letters");
      await page.getByRole("button", { name: "Take the extension" }).click();
      await expect.poll(() => page.getByRole("list", { name: "How it got here" }).textContent(), { timeout: 60_000 }).toContain("many letters");
      await page.getByRole("button", { name: "Refuse" }).click();
      await expect.poll(() => rows.count(), { timeout: 60_000 }).toBe(2);
      await page.getByRole("combobox", { name: "Show" }).selectOption("fulfilled");
      await expect.poll(() => rows.nth(1).textContent(), { timeout: 60_000 }).toContain("overdue-anna");
      expect(troubles).toEqual([]);
    },
    limitMs,
  );
});
