import { expect, it } from "vitest";
import type { RefusedEventsReply } from "#server/contract/console.ts";
import { basic } from "../../support/api-client.ts";
import { freshPage, takeScreen, wordsOf } from "../../support/browser.ts";
import type { DemoWorld } from "../../support/demo-world.ts";

const somebody = "sana.malik@example.com";

/** What a shop that is being connected gets wrong, by the code it ends under. */
async function sendBadEvents({ address, api }: DemoWorld): Promise<void> {
  const stranger = { userId: somebody, event: "Product Viewed", properties: { product_id: "X" } };
  const track = (message: Record<string, unknown>) => api.post("/v1/track", { ...stranger, ...message });
  await track({});
  for (let time = 0; time < 3; time++) await track({ event: "Order Completed", properties: { order_id: "7", email: somebody } });
  await track({ timestamp: "next tuesday" });
  await track({ userId: "", anonymousId: null });
  const agreed = { anonymousId: "debugged", event: "Product Viewed", messageId: "debugged-1", properties: { product_id: "X" } };
  await api.put("/v1/consents", { anonymousId: "debugged", purposes: { measure: true } });
  for (let time = 0; time < 2; time++) await api.post("/v1/track", agreed);
  const raw = (body: string, key: string | null) =>
    fetch(`${address}/v1/batch`, { method: "POST", body, headers: key === null ? {} : { authorization: basic(key) } });
  await raw(JSON.stringify({ batch: [stranger] }), "rk_w_wrong");
  await raw(`{"batch": [${somebody}`, null);
  await raw(JSON.stringify({ batch: ["x".repeat(501 * 1024)] }), null);
}

const expected = [
  "NO_CONSENT",
  "EVENT_INVALID",
  "EVENT_TIME_INVALID",
  "PERSON_MISSING",
  "DUPLICATE",
  "KEY_UNKNOWN",
  "BODY_NOT_JSON",
  "BATCH_TOO_LARGE",
];

export function testDebugging(given: () => DemoWorld): void {
  it("shows what was refused, by reason, with what to do about it, and names nobody", async () => {
    const world = given();
    await sendBadEvents(world);
    const reply = await world.api.get<RefusedEventsReply>("/v1/events/refused");
    expect(reply.text).not.toContain(somebody);
    expect(reply.body.reasons.map(({ code }) => code)).toEqual(expect.arrayContaining(expected));
    for (const { message, remedy } of reply.body.reasons) expect(message !== "" && remedy !== "").toBe(true);
    const only = await world.api.get<RefusedEventsReply>("/v1/events/refused?code=EVENT_INVALID&limit=2");
    expect(only.body.refused.map(({ code, event }) => [code, event])).toEqual([
      ["EVENT_INVALID", "Order Completed"],
      ["EVENT_INVALID", "Order Completed"],
    ]);

    const { page, troubles } = await freshPage(world.browser, world.address);
    await page.goto(world.consoleAddress);
    await page.getByRole("navigation", { name: "Screens" }).getByText("Live events", { exact: true }).click();
    const panel = page.getByRole("region", { name: "Refused", exact: true });
    const words = () => wordsOf(panel);
    await expect.poll(words, { timeout: 10_000 }).toContain("EVENT_TIME_INVALID");
    for (const code of expected) expect(await words()).toContain(code);
    expect(await words()).toMatch(/3 times[\s\S]*Order Completed: The event cannot be understood/);
    expect(await words()).toContain("Send timestamp in ISO 8601");
    expect(await wordsOf(page.locator("main"))).not.toContain(somebody);
    await takeScreen(page, "console-refused");

    const entries = panel.getByRole("listitem");
    await panel.getByText(/^PERSON_MISSING \d/).click();
    await expect.poll(() => entries.count()).toBe(1);
    expect(await wordsOf(entries.first())).toContain("Nobody is named.");
    await panel.getByText(/^KEY_UNKNOWN \d/).click();
    await expect.poll(words).toContain("None of the last 200 of this shop");
    await panel.getByText(/^KEY_UNKNOWN \d/).click();
    await expect.poll(() => entries.count()).toBeGreaterThan(4);

    await world.api.post("/v1/track", { anonymousId: "debugged", event: "", messageId: "debugged-2" });
    await panel.getByRole("button", { name: "Refresh", exact: true }).click();
    await expect.poll(() => wordsOf(entries.first()), { timeout: 3_000 }).toContain("REQUEST_INVALID");

    await page.emulateMedia({ colorScheme: "dark" });
    await takeScreen(page, "console-refused-dark");
    await page.setViewportSize({ width: 420, height: 900 });
    await takeScreen(page, "console-refused-narrow");
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it("is for the server key alone", async () => {
    const { address } = given();
    const asked = await fetch(`${address}/v1/events/refused`, { headers: { authorization: basic("rk_w_wrong") } });
    expect(asked.status).toBe(401);
  });
}
