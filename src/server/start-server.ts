import { ProblemError } from "#domain/problem.ts";
import { composeHouse, type House } from "./compose.ts";
import { type OpenedDemo, openDemoShop } from "./demo-shop.ts";
import { buildApp } from "./http/build-app.ts";
import { type Learning, startLearnThread } from "./jobs/learn-thread.ts";

export type ServerOptions = {
  readonly dataFolder: string;
  readonly databaseUrl: string | undefined;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly demo: boolean;
  readonly logLevel: "info" | "error" | "silent";
};

export type RunningServer = { readonly address: string; readonly demo: OpenedDemo | null; readonly house: House; close(): Promise<void> };

/** Opens the house, shows the demo shop if asked to, starts learning and listens. Throws ProblemError. */
export async function startServer(options: ServerOptions, tell: (line: string) => void): Promise<RunningServer> {
  const house = await composeHouse(options);
  let learning: Learning | null = null;
  try {
    const demo = options.demo ? await openDemoShop(house, options.dataFolder, tell) : null;
    learning = startLearnThread(options, house, (name) => process.stderr.write(`learning failed (${name}); it is tried again\n`));
    const app = await buildApp({ house, learning, demo, logLevel: options.logLevel });
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
        // First no new requests, then no new learning, then the store.
        await app.close();
        await learning?.stop();
        await house.store.close();
      },
    };
  } catch (error) {
    await learning?.stop();
    await house.store.close();
    throw error;
  }
}
