import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { RecentEventsReply } from "#server/contract/console.ts";
import { type ApiClient, bearer, createApiClient } from "../support/api-client.ts";
import { launchBrowser } from "../support/browser.ts";
import { type RunningRapport, runRapport, serveRapport } from "../support/rapport-process.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { waitUntil } from "../support/wait-until.ts";

// A shop's pages as they are in life: of another origin than Rapport, with a policy that allows no more than they need.

type RecentEvent = RecentEventsReply["events"][number];

export type ShopPages = {
  readonly rapport: RunningRapport;
  readonly api: ApiClient;
  readonly writeKey: string;
  /** Opens a page with this body in a browser that has never been here. */
  open(body: string, prepare?: (context: BrowserContext) => Promise<unknown>): Promise<OpenPage>;
  events(): Promise<RecentEvent[]>;
  /** Waits until events of these names (each as often as it stands here) are in the log; fails after ten seconds. */
  waitForEvents(names: readonly string[]): Promise<RecentEvent[]>;
  close(): Promise<void>;
};

export type OpenPage = {
  readonly page: Page;
  readonly address: string;
  /** What the page asked of Rapport: "POST /v1/batch" …; preflights are not among them. */
  readonly requests: string[];
  /** Errors in the page, and what its policy refused. */
  readonly troubles: string[];
  close(): Promise<void>;
};

/** Every page may run scripts with this nonce, load Rapport's and talk to Rapport; nothing else. */
export const nonce = "bm9uY2U";

export async function openShopPages(name: string): Promise<ShopPages> {
  const folder = tempFolder(name);
  const created = await runRapport(["shop", "create", name, "--currency", "EUR", "--data", folder.path, "--json"]);
  if (created.code !== 0) throw new Error(`shop create: ${created.stdout}${created.stderr}`);
  const { writeKey, serverKey } = JSON.parse(created.stdout) as { writeKey: string; serverKey: string };
  const rapport = await serveRapport(["--data", folder.path]);
  const bodies = new Map<string, string>();
  const pages = createServer((request, response) => {
    const body = bodies.get(request.url ?? "");
    response.statusCode = body === undefined ? 404 : 200;
    response.setHeader("content-type", "text/html; charset=utf-8");
    const policy = `default-src 'none'; script-src 'nonce-${nonce}' ${rapport.address}; connect-src ${rapport.address}; img-src data:`;
    response.setHeader("content-security-policy", policy);
    response.end(`<!doctype html><title>Shop</title><link rel="icon" href="data:,">${body ?? ""}`);
  });
  pages.listen(0, "127.0.0.1");
  await once(pages, "listening");
  const origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  const browser: Browser = await launchBrowser();
  const api = createApiClient(rapport.address, bearer(serverKey));
  const events = async () => (await api.get<RecentEventsReply>("/v1/events/recent?limit=500")).body.events.filter(({ kind }) => kind === "event");

  return {
    rapport,
    api,
    writeKey,
    events,
    async waitForEvents(names) {
      const expected = [...names].sort().join();
      let found: RecentEvent[] = [];
      try {
        await waitUntil("the events in the log", async () => {
          found = await events();
          return found
            .map((event) => event.name)
            .sort()
            .join() === expected
            ? true
            : null;
        });
      } catch {
        throw new Error(
          `expected ${expected} in the log, found ${found
            .map((event) => event.name)
            .sort()
            .join()}`,
        );
      }
      return found;
    },
    async open(body, prepare) {
      const path = `/page-${bodies.size}`;
      bodies.set(path, body);
      const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
      await prepare?.(context);
      context.setDefaultTimeout(15_000);
      const page = await context.newPage();
      const [requests, troubles]: [string[], string[]] = [[], []];
      page.on("pageerror", (error) => troubles.push(`error: ${error.message}`));
      page.on("console", (message) => message.type() === "error" && troubles.push(`console: ${message.text()}`));
      page.on("request", (request) => {
        const url = new URL(request.url());
        if (url.origin === rapport.address && request.method() !== "OPTIONS") requests.push(`${request.method()} ${url.pathname}`);
      });
      await page.goto(origin + path);
      return { page, address: origin + path, requests, troubles, close: () => context.close() };
    },
    async close() {
      await browser.close();
      pages.close();
      pages.closeAllConnections();
      await rapport.stop();
      folder.remove();
    },
  };
}
