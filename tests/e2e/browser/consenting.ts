import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { freshPage, wordsOf } from "../../support/browser.ts";
import { countEvents, type DemoWorld } from "../../support/demo-world.ts";

const cookieNames = async (page: Page) => (await page.context().cookies()).map(({ name }) => name).sort();

/** All that a page may have left in the browser beside cookies. */
const storedBytes = (page: Page) => page.evaluate(async () => localStorage.length + sessionStorage.length + (await indexedDB.databases()).length);

export function testConsenting(given: () => DemoWorld): void {
  it("R1: asks first: nothing is kept or reported before the decision, on any page", async () => {
    const world = given();
    const { page, troubles } = await freshPage(world.browser, world.address);
    const before = await countEvents(world);
    await page.goto("/");
    expect(new URL(page.url()).pathname).toBe("/shop/");
    const product = (await page.locator("a[href^='/shop/product/']").first().getAttribute("href"))!;
    for (const path of ["/shop/", product, "/shop/basket", "/shop/privacy"]) {
      await page.goto(path);
      const choice = page.getByRole("region", { name: "First, your choice" });
      expect(await choice.isVisible()).toBe(true);
      // It comes before the shop itself, for the eye and for a screen reader.
      const [top, main] = [await choice.boundingBox(), await page.locator("main").boundingBox()];
      expect(top!.y + top!.height).toBeLessThanOrEqual(main!.y + 1);
      expect(await page.locator("input[type=checkbox]:checked").count()).toBe(0);
    }
    expect(await cookieNames(page)).toEqual([]);
    expect(await storedBytes(page)).toBe(0);
    expect(await countEvents(world)).toBe(before);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it("R3, R4: offers yes and no in one place, one size and one look", async () => {
    const world = given();
    const { page } = await freshPage(world.browser, world.address);
    await page.goto("/shop/");
    const looks = [];
    for (const name of ["Reject all", "Accept all"]) {
      const button = page.getByRole("button", { name, exact: true });
      const box = (await button.boundingBox())!;
      const style = await button.evaluate((element) => {
        const { color, backgroundColor, borderColor, fontSize, fontWeight, opacity } = getComputedStyle(element);
        return { color, backgroundColor, borderColor, fontSize, fontWeight, opacity };
      });
      looks.push({ width: Math.round(box.width), height: Math.round(box.height), y: Math.round(box.y), ...style });
    }
    expect(looks[0]).toEqual(looks[1]);
    await page.context().close();
  });

  it("takes a no: no visitor's number, nothing reported, the same shop for everybody, and everything can be bought", async () => {
    const world = given();
    const { page, troubles } = await freshPage(world.browser, world.address);
    const before = await countEvents(world);
    await page.goto("/shop/");
    await page.getByRole("button", { name: "Reject all", exact: true }).click();
    await page.waitForLoadState();
    expect(await cookieNames(page)).toEqual(["rapport_choice"]);
    expect(await page.getByRole("region", { name: "First, your choice" }).count()).toBe(0);
    await page.locator("main a[href^='/shop/product/']").first().click();
    await page.getByRole("button", { name: "Add to basket" }).click();
    await page.goto("/shop/");
    expect(await page.getByRole("heading", { name: "For you" }).count()).toBe(0);
    expect(await wordsOf(page.locator("main"))).toContain("The same for everybody: personalization is off, as you chose.");
    expect(await page.getByRole("button", { name: "Not interested" }).count()).toBe(0);
    await page.goto("/shop/basket");
    await page.getByRole("button", { name: "Place the order" }).click();
    expect(await page.getByRole("heading", { name: "Thank you" }).isVisible()).toBe(true);
    expect(await cookieNames(page)).toEqual(["rapport_choice"]);
    expect(await countEvents(world)).toBe(before);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it("R15: honours Global Privacy Control and says so", async () => {
    const world = given();
    const { page } = await freshPage(world.browser, world.address, { "Sec-GPC": "1" });
    await page.goto("/shop/privacy");
    expect(await wordsOf(page.locator("body"))).toContain("Opt-out request honoured");
    expect(await wordsOf(page.locator("main"))).toContain("never; opt-out request honoured");
    await page.context().close();
    const plain = await freshPage(world.browser, world.address, { "Sec-GPC": "0" });
    await plain.page.goto("/shop/privacy");
    expect(await wordsOf(plain.page.locator("body"))).not.toContain("Opt-out request honoured");
    await plain.page.context().close();
  });
}
