import { ProblemError } from "#domain/problem.ts";
import { composeHouse, type House } from "./compose.ts";
import { type OpenedDemo, openDemoShop } from "./demo-shop.ts";
import { type GorseOptions, gorseSettings } from "./gorse-settings.ts";
import { buildApp } from "./http/build-app.ts";
import { type FeedLoop, startFeedLoop } from "./jobs/feed-loop.ts";
import { type Learning, startLearnThread } from "./jobs/learn-thread.ts";
import { startWebhookLoop, type WebhookLoop } from "./jobs/webhook-loop.ts";

export type ServerOptions = {
  readonly dataFolder: string;
  readonly databaseUrl: string | undefined;
  /** See HouseOptions. */
  readonly outboundAllow?: string | undefined;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly demo: boolean;
  readonly logLevel: "info" | "error" | "silent";
  readonly gorse?: GorseOptions;
};

export type RunningServer = { readonly address: string; readonly demo: OpenedDemo | null; readonly house: House; close(): Promise<void> };

/** What was stored is news to learning and to webhooks. */
function pokingBoth(learning: Learning, webhooks: WebhookLoop): Learning {
  const poke = () => {
    learning.poke();
    webhooks.poke();
  };
  return { ...learning, poke };
}

/** Opens the house, shows the demo shop if asked to, starts learning and listens. Throws ProblemError. */
export async function startServer(options: ServerOptions, tell: (line: string) => void): Promise<RunningServer> {
  const house = await composeHouse(options);
  let learning: Learning | null = null;
  let webhooks: WebhookLoop | null = null;
  let feeds: FeedLoop | null = null;
  try {
    const gorse = await gorseSettings(house, options.gorse ?? {}, options);
    const demo = options.demo ? await openDemoShop(house, options.dataFolder, tell) : null;
    learning = startLearnThread(options, house, (name) => process.stderr.write(`learning failed (${name}); it is tried again\n`));
    webhooks = startWebhookLoop(house, (name) => process.stderr.write(`webhooks failed (${name}); it is tried again\n`));
    feeds = startFeedLoop(options, house, (name) => process.stderr.write(`feeds failed (${name}); they are tried again\n`));
    const app = await buildApp({ house, learning: pokingBoth(learning, webhooks), demo, logLevel: options.logLevel, gorse });
    const port = await app.listen({ host: options.host, port: options.port }).then(
      () => (app.server.address() as { port: number }).port,
      (error: NodeJS.ErrnoException) => {
        if (error.code === "EADDRINUSE" || error.code === "EACCES")
          throw new ProblemError({ code: "PORT_TAKEN", detail: `${options.host}:${options.port} (${error.code})` });
        throw error;
      },
    );
    const address = `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`;
    return {
      address,
      demo,
      house,
      async close() {
        // First no new requests, then no new messages and no new learning, then the store.
        await app.close();
        await feeds?.stop();
        await webhooks?.stop();
        await learning?.stop();
        await house.store.close();
      },
    };
  } catch (error) {
    await feeds?.stop();
    await webhooks?.stop();
    await learning?.stop();
    await house.store.close();
    throw error;
  }
}
