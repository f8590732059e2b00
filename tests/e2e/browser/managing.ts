import { expect, it } from "vitest";
import type { CustomersReply, RecentEventsReply, ShopReply } from "#server/contract/console.ts";
import { freshPage, takeScreen, wordsOf } from "../../support/browser.ts";
import type { DemoWorld } from "../../support/demo-world.ts";

/** Every screen of the console by its name in the menu, and words that only real data can bring. */
const screens: readonly (readonly [string, RegExp])[] = [
  ["Overview", /Up to date|to learn|behind/],
  ["Live events", /Product (Viewed|Added|Clicked)|Order Completed|Recommendation Shown/],
  ["Catalogue", /of \d[\d,.]* shown/],
  ["A customer's view", /Pick a customer/],
  ["Model card", /version \d+/],
  ["What it earned", /for-you|For you|popular|Popular/],
];

export function testManaging(given: () => DemoWorld): void {
  it("opens with the printed address and shows real data on each of its screens", async () => {
    const world = given();
    const { page, troubles } = await freshPage(world.browser, world.address);
    await page.goto(world.consoleAddress);
    const menu = page.getByRole("navigation", { name: "Screens" });
    for (const [name, words] of screens) {
      await menu.getByText(name, { exact: true }).click();
      await expect.poll(() => wordsOf(page.locator("main")), { timeout: 10_000, message: name }).toMatch(words);
      if (name === "Overview") {
        const { people, items } = (await world.api.get<ShopReply>("/v1/shop")).body;
        for (const count of [people, items]) expect(await wordsOf(page.locator("main"))).toContain(count.toLocaleString("en"));
        await takeScreen(page, "console-overview");
      }
      expect(troubles, name).toEqual([]);
    }
    expect(page.url(), "the key stays in the address").not.toContain("rk_s_");
    await page.context().close();
  });

  it("shows a customer's consents, history and recommendations with reasons", async () => {
    const world = given();
    const { customers } = (await world.api.get<CustomersReply>("/v1/customers?limit=500")).body;
    let personal: string | null = null;
    for (const { customerId } of customers.slice(0, 40)) {
      const ask = { surface: "for-you", customerId, preview: true };
      if (!(await world.api.post<{ personalized: boolean }>("/v1/recommendations", ask)).body.personalized) continue;
      personal = customerId;
      break;
    }
    const { page, troubles } = await freshPage(world.browser, world.address);
    await page.goto(world.consoleAddress);
    await page.getByRole("navigation", { name: "Screens" }).getByText("A customer's view", { exact: true }).click();
    await page.getByRole("combobox", { name: "Customer id" }).fill(personal!);
    await page.getByRole("button", { name: "Look", exact: true }).click();
    await expect
      .poll(() => wordsOf(page.locator("main")), { timeout: 10_000 })
      .toMatch(/What they would see, and why[\s\S]*(viewed|bought|looked|Product Viewed|purchase)/i);
    await takeScreen(page, "console-customer");
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it("names nobody in the live events", async () => {
    const world = given();
    const { customers } = (await world.api.get<CustomersReply>("/v1/customers?limit=500")).body;
    const { text } = await world.api.get<RecentEventsReply>("/v1/events/recent?limit=500");
    const { page } = await freshPage(world.browser, world.address);
    await page.goto(`${world.consoleAddress}`);
    await page.getByRole("navigation", { name: "Screens" }).getByText("Live events", { exact: true }).click();
    await expect.poll(() => page.locator("main table tbody tr").count(), { timeout: 10_000 }).toBeGreaterThan(10);
    const shown = await wordsOf(page.locator("main"));
    expect(customers.length).toBeGreaterThan(100);
    for (const { customerId } of customers) {
      expect(shown).not.toContain(customerId);
      expect(text).not.toContain(customerId);
    }
    await page.context().close();
  });

  it("asks for the key without it, and refuses a wrong one", async () => {
    const world = given();
    const { page } = await freshPage(world.browser, world.address);
    await page.goto("/console/");
    await page.getByLabel("Server key").fill("rk_s_wrong");
    await page.getByRole("button", { name: "Open", exact: true }).click();
    await expect.poll(() => wordsOf(page.locator("main"))).toContain("The key belongs to no shop here.");
    await page.context().close();
  });
}
