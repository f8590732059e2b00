import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { build, type Rolldown } from "vite";

const entry = fileURLToPath(new URL("./segment-page.ts", import.meta.url));

/** A shop's page on an origin of its own, with Segment's libraries in it as a shop would bundle them. */
export type ShopPages = { readonly address: string; open(browser: Browser): Promise<OpenPage>; close(): void };
export type OpenPage = { readonly page: Page; readonly troubles: string[] };

export async function serveShopPages(): Promise<ShopPages> {
  const built = (await build({
    configFile: false,
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"' },
    build: { write: false, minify: false, lib: { entry, formats: ["iife"], name: "page" } },
  })) as Rolldown.RolldownOutput[];
  const script = built[0]!.output[0].code;
  const server = createServer((request, reply) => {
    const isScript = request.url === "/page.js";
    reply.setHeader("content-type", isScript ? "text/javascript" : "text/html; charset=utf-8");
    reply.end(isScript ? script : '<!doctype html><title>A shop</title><h1>Mugs</h1><script src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    async open(browser) {
      const page = await (await browser.newContext()).newPage();
      const troubles: string[] = [];
      page.on("pageerror", (error) => troubles.push(`error: ${error.message}`));
      page.on("console", (message) => {
        if (message.type() === "error" && !message.text().includes("favicon")) troubles.push(`console: ${message.text()}`);
      });
      await page.goto(`${address}/mugs?campaign=spring`);
      return { page, troubles };
    },
    close: () => void server.close().closeAllConnections(),
  };
}
