import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, freshPage, screensFolder, type WatchedPage, wordsOf } from "../support/browser.ts";
import { countEvents, type DemoWorld, openDemoWorld, restartDemoWorld } from "../support/demo-world.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { testConsenting } from "./browser/consenting.ts";
import { testDebugging } from "./browser/debugging.ts";
import { testManaging } from "./browser/managing.ts";
import { testShopping } from "./browser/shopping.ts";

// The demo shop and the console in a real browser, against the real server.

if (chromiumPath === undefined) it.skip("skipped: needs Chromium (set RAPPORT_CHROMIUM)", () => {});

describe.skipIf(chromiumPath === undefined)("in a browser", () => {
  const folder = tempFolder("browser");
  let world: DemoWorld;
  let visitor: WatchedPage;
  beforeAll(async () => {
    world = await openDemoWorld(folder.path);
    // Invents a shop with a year behind it, and learns from it.
  }, 180_000);
  afterAll(async () => {
    await world?.browser.close();
    await world?.server.stop();
    folder.remove();
    process.stdout.write(`screenshots: ${screensFolder}\n`);
  });

  describe("the choice", () => testConsenting(() => world));
  describe("the shop", () =>
    testShopping(
      () => world,
      (page) => {
        visitor = page;
      },
    ));
  describe("the console", () => testManaging(() => world));
  describe("the event debugger", () => testDebugging(() => world));

  describe("after a restart", () => {
    it("the visitor who said yes is still known, and the shop is the same", async () => {
      const events = await countEvents(world);
      const consoleKey = world.consoleAddress.split("#")[1];
      world = await restartDemoWorld(folder.path, world);
      expect(world.consoleAddress.split("#")[1]).toBe(consoleKey);
      expect(await countEvents(world)).toBe(events);
      // Cookies belong to the host, whatever the port.
      await visitor.page.goto(`${world.address}/shop/`);
      expect(await visitor.page.getByRole("region", { name: "For you", exact: true }).count()).toBe(1);
      const { page, troubles } = await freshPage(world.browser, world.address);
      await page.goto(world.consoleAddress);
      await expect.poll(() => wordsOf(page.locator("main")), { timeout: 10_000 }).toMatch(/\d/);
      expect(troubles).toEqual([]);
    });
  });
});
