import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { RecentEventsReply } from "#server/contract/console.ts";
import { freshPage, takeScreen, type WatchedPage, wordsOf } from "../../support/browser.ts";
import { countEvents, type DemoWorld } from "../../support/demo-world.ts";

const row = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const titlesIn = (page: Page, name: string) => row(page, name).locator("h3").allInnerTexts();

/** Looks at the first few products of a category; their titles. */
async function browse(page: Page, category: number, products: number): Promise<string[]> {
  await page.goto("/shop/");
  const shelf = (await page.locator("nav.shelves a").nth(category).getAttribute("href"))!;
  const titles: string[] = [];
  for (let at = 0; at < products; at++) {
    await page.goto(shelf);
    await page.locator("main a[href^='/shop/product/']").nth(at).click();
    titles.push(await wordsOf(page.locator("main h1")));
  }
  return titles;
}

async function signIn(page: Page, number: number): Promise<void> {
  await page.goto("/shop/");
  const value = (await page.locator("#customer option").nth(number).getAttribute("value"))!;
  await page.locator("#customer").selectOption(value);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForLoadState();
}

/** `follow` is given the page of the visitor who said yes, for the tests after a restart. */
export function testShopping(given: () => DemoWorld, follow: (visitor: WatchedPage) => void): void {
  it("takes a yes: what was looked at shapes the home page at once, and each suggestion says why", async () => {
    const world = given();
    const visitor = await freshPage(world.browser, world.address);
    follow(visitor);
    const { page, troubles } = visitor;
    await page.goto("/shop/");
    await page.getByRole("button", { name: "Accept all", exact: true }).click();
    await page.waitForLoadState();
    expect((await page.context().cookies()).map(({ name }) => name)).toEqual(["rapport_visitor"]);
    const before = await countEvents(world);
    const viewed = await browse(page, 1, 4);
    expect(await countEvents(world)).toBeGreaterThanOrEqual(before + 4);
    await page.goto("/shop/");
    expect((await titlesIn(page, "For you")).length).toBeGreaterThan(3);
    await row(page, "For you").getByText("Why this?").first().click();
    const why = row(page, "For you").locator("details[open]").first();
    const words = await wordsOf(why);
    expect(
      viewed.some((title) => words.includes(`You looked at “${title}”`)),
      words,
    ).toBe(true);
    expect(words).toMatch(/\d+%/);
    expect(words).toContain("Change what may be used");
    await takeScreen(page, "storefront-for-you");
    expect(troubles).toEqual([]);
  });

  it("shows what is like a product and what goes with it, and completes the basket up to an order", async () => {
    const world = given();
    const { page, troubles } = await freshPage(world.browser, world.address);
    await page.goto("/shop/");
    await page.getByRole("button", { name: "Accept all", exact: true }).click();
    await page.waitForLoadState();
    const popular = await row(page, "Popular now")
      .locator("a[href^='/shop/product/']")
      .evaluateAll((links) => links.map((link) => link.getAttribute("href")!));
    await page.goto(popular[0]!);
    expect((await titlesIn(page, "Similar")).length).toBeGreaterThan(1);
    expect((await titlesIn(page, "Often bought together")).length).toBeGreaterThan(0);
    await row(page, "Often bought together").getByText("Why this?").first().click();
    expect(await wordsOf(row(page, "Often bought together").locator("details[open]"))).toContain("Often bought together with");
    const title = await wordsOf(page.locator("main h1"));
    await page.getByRole("button", { name: "Add to basket" }).click();
    await page.waitForLoadState();
    expect(await wordsOf(page.locator("main .lines"))).toContain(title);
    const offered = await titlesIn(page, "Complete your basket");
    expect(offered.length).toBeGreaterThan(0);
    expect(offered).not.toContain(title);
    await page.getByRole("button", { name: "Place the order" }).click();
    expect(await wordsOf(page.locator("main"))).toMatch(/Your order ORD-[A-Z0-9]+ is placed/);
    const { body } = await world.api.get<RecentEventsReply>("/v1/events/recent?limit=20");
    const order = body.events.find(({ type }) => type === "purchase");
    expect(order?.items.map((item) => item.title)).toEqual([title]);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it("knows a customer who signs in, until they switch it off", async () => {
    const world = given();
    const { page, troubles } = await freshPage(world.browser, world.address);
    await signIn(page, 0);
    expect(await wordsOf(page.locator("h1"))).toMatch(/^Good to see you, /);
    expect((await titlesIn(page, "For you")).length).toBeGreaterThan(3);
    await page.goto("/shop/privacy");
    await page.locator("#privacy-personalize").uncheck();
    await page.getByRole("button", { name: "Save my choice" }).click();
    await page.waitForLoadState();
    expect(await wordsOf(page.locator("main"))).toContain("Your choice is saved");
    await page.goto("/shop/");
    expect(await wordsOf(page.locator("h1"))).not.toContain("Good to see you");
    expect(await row(page, "For you").count()).toBe(0);
    expect(await wordsOf(page.locator("main"))).toContain("The same for everybody: personalization is off, as you chose.");
    // Saying yes again is one step as well.
    await page.getByRole("button", { name: "Make it personal" }).click();
    await page.waitForLoadState();
    expect(await row(page, "For you").count()).toBe(1);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it("takes no for an answer about an item", async () => {
    const world = given();
    const { page, troubles } = await freshPage(world.browser, world.address);
    await signIn(page, 1);
    const [first] = await titlesIn(page, "For you");
    await row(page, "For you")
      .getByRole("button", { name: `Not interested in ${first}`, exact: true })
      .click();
    await page.waitForLoadState();
    expect(await wordsOf(page.locator("main"))).toContain("you are not interested in that one");
    expect(await titlesIn(page, "For you")).not.toContain(first);
    expect(troubles).toEqual([]);
    await page.context().close();
  });
}
