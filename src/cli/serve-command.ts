import { Option } from "commander";
import type { RunningServer, ServerOptions } from "#server/start-server.ts";
import { wholeNumber } from "./numbers.ts";
import { type CommandFile, databaseUrl, outboundAllow, type SharedOptions, withSharedOptions } from "./program.ts";

type Options = SharedOptions & {
  readonly port: number;
  readonly host: string;
  readonly demo?: true;
  readonly log: ServerOptions["logLevel"];
} & GorseFlags;

type GorseFlags = {
  readonly gorseShop?: string;
  readonly gorseOpenToNetwork?: true;
  readonly gorseConsent: "shop-asserted" | "none";
  readonly gorseFeedback?: string;
};

const say = (line: string) => process.stdout.write(`${line}\n`);

/** How often a server that npm started looks whether npm's shell is still there. */
const parentCheckMs = 500;

/**
 * Resolves when the process is asked to stop. Ctrl-C may reach it twice, by the terminal and by its parent. A signal
 * sent to npm ends npm's shell and reaches nobody else, so a server started by npm stops when its parent is gone.
 */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
    if (process.env.npm_lifecycle_event === undefined) return;
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      resolve();
    }, parentCheckMs);
    watch.unref();
  });
}

function tellAddresses({ address, demo }: RunningServer): void {
  if (demo === null) {
    say(`  console        ${address}/console/`);
    say(`  API reference  ${address}/docs`);
    return;
  }
  say(`  demo storefront  ${address}/shop/`);
  say(`  console          ${address}/console/#key=${demo.keys.serverKey}`);
  say(`  API reference    ${address}/docs`);
}

/** `rapport serve` */
export const serveCommand: CommandFile = (program) => {
  withSharedOptions(program.command("serve").description("start the server: API, console, learning, and with --demo a made-up shop to look at"))
    .option("--port <number>", "where to listen; 0 takes any free port", wholeNumber(0, 65_535), 8088)
    .option("--host <address>", "on which address to listen", "127.0.0.1")
    .option("--demo", "make up a demo shop, or go on with the one made up before")
    .addOption(new Option("--log <level>", "what is written to stderr").choices(["info", "error", "silent"]).default("error"))
    .option("--gorse-shop <name>", "open the Gorse API of this shop to clients with any key or none")
    .option("--gorse-open-to-network", "allow that to more than this machine")
    .addOption(
      new Option("--gorse-consent <basis>", "what feedback through the Gorse API says about consent")
        .choices(["shop-asserted", "none"])
        .default("shop-asserted"),
    )
    .addOption(new Option("--gorse-feedback <name=kind,…>", "what its feedback types mean: plays=view,bought=purchase").env("RAPPORT_GORSE_FEEDBACK"))
    .action(async (options: Options) => {
      const { startServer } = await import("#server/start-server.ts");
      const server = await startServer(
        {
          dataFolder: options.data,
          databaseUrl: databaseUrl(),
          outboundAllow: outboundAllow(),
          host: options.host,
          port: options.port,
          demo: options.demo === true,
          logLevel: options.log,
          gorse: {
            shop: options.gorseShop,
            openToNetwork: options.gorseOpenToNetwork,
            consent: options.gorseConsent,
            feedback: options.gorseFeedback,
          },
        },
        say,
      );
      // Whoever waits for the line may ask it to stop as soon as they read it.
      const stopped = untilStopped();
      say(`listening on ${server.address}`);
      tellAddresses(server);
      await stopped;
      say("stopping …");
      await server.close();
    });
};
