import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";

/** Where Chromium is said to be (RAPPORT_CHROMIUM) or usually is; undefined where there is none. */
export const chromiumPath = [process.env.RAPPORT_CHROMIUM ?? "/usr/bin/chromium"].find((path) => existsSync(path));

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath!,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}

export type WatchedPage = { readonly page: Page; readonly troubles: string[] };

/** A page in a browser that has never been here, and what goes wrong in it: errors, failed requests, requests to elsewhere. */
export async function freshPage(browser: Browser, address: string, headers: Record<string, string> = {}): Promise<WatchedPage> {
  const context = await browser.newContext({
    baseURL: address,
    extraHTTPHeaders: headers,
    viewport: { width: 1280, height: 900 },
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on("pageerror", (error) => troubles.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith("data:")) troubles.push(`asked elsewhere: ${request.url()}`);
  });
  return { page, troubles };
}

export const screensFolder = join(tmpdir(), "rapport-screens");

export async function takeScreen(page: Page, name: string): Promise<void> {
  mkdirSync(screensFolder, { recursive: true });
  await page.screenshot({ path: join(screensFolder, `${name}.png`), fullPage: true });
}

/** What somebody in front of the screen can read there. */
export function wordsOf(place: Locator): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: what is hidden must not count
  return place.innerText();
}
