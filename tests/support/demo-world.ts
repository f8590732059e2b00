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

async function serveDemo(dataFolder: string, browser: Browser): Promise<DemoWorld> {
  const server = await serveRapport(["--demo", "--data", dataFolder]);
  try {
    const printed = await waitUntil("the printed addresses", () => /console +(http:\S+#key=(\S+))\n[\s\S]*API reference/.exec(server.output()));
    return { browser, server, address: server.address, consoleAddress: printed[1]!, api: createApiClient(server.address, bearer(printed[2]!)) };
  } catch (error) {
    await server.killHard();
    throw error;
  }
}

export async function openDemoWorld(dataFolder: string): Promise<DemoWorld> {
  const browser = await launchBrowser();
  try {
    return await serveDemo(dataFolder, browser);
  } catch (error) {
    await browser.close();
    throw error;
  }
}

export async function restartDemoWorld(dataFolder: string, world: DemoWorld): Promise<DemoWorld> {
  await world.server.stop();
  return serveDemo(dataFolder, world.browser);
}

export async function countEvents({ api }: Pick<DemoWorld, "api">): Promise<number> {
  return (await api.get<ShopReply>("/v1/shop")).body.events;
}
