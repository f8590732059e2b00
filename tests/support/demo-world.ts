import type { Browser } from "playwright-core";
import type { ShopReply } from "#server/contract/console.ts";
import { type ApiClient, bearer, createApiClient } from "./api-client.ts";
import { launchBrowser } from "./browser.ts";
import { type RunningRapport, serveRapport } from "./rapport-process.ts";
import { waitUntil } from "./wait-until.ts";

/** The demo shop as somebody meets it who has just started it, and a browser to look at it. */
export type DemoWorld = {
  readonly browser: Browser;
  readonly server: RunningRapport;
  readonly address: string;
  /** The console's address as it was printed, key and all. */
  readonly consoleAddress: string;
  readonly api: ApiClient;
};

async function serveDemo(dataFolder: string): Promise<Omit<DemoWorld, "browser">> {
  const server = await serveRapport(["--demo", "--data", dataFolder]);
  const printed = await waitUntil("the printed addresses", () => /console +(http:\S+#key=(\S+))\n[\s\S]*API reference/.exec(server.output()));
  return { server, address: server.address, consoleAddress: printed[1]!, api: createApiClient(server.address, bearer(printed[2]!)) };
}

export async function openDemoWorld(dataFolder: string): Promise<DemoWorld> {
  const [served, browser] = await Promise.all([serveDemo(dataFolder), launchBrowser()]);
  return { ...served, browser };
}

export async function restartDemoWorld(dataFolder: string, world: DemoWorld): Promise<DemoWorld> {
  await world.server.stop();
  return { ...(await serveDemo(dataFolder)), browser: world.browser };
}

export async function countEvents({ api }: Pick<DemoWorld, "api">): Promise<number> {
  return (await api.get<ShopReply>("/v1/shop")).body.events;
}
