import { statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { ProblemError } from "#domain/problem.ts";
import { composeHouse, type House } from "./compose.ts";
import { type OpenedDemo, openDemoShop } from "./demo-shop.ts";
import { lockFolder } from "./folder-lock.ts";
import { type GorseOptions, gorseSettings } from "./gorse-settings.ts";
import { buildApp } from "./http/build-app.ts";
import { type Jobs, leadJobs } from "./jobs/lead-jobs.ts";
import { careForStore } from "./store-choice.ts";

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

/** A second's work, or a tenth of one. */
const mostBytesAfterCut = 1e9;
const mostBytesLookedAt = 64e6;

export type RunningServer = { readonly address: string; readonly demo: OpenedDemo | null; readonly house: House; close(): Promise<void> };

/** Opens the house, shows the demo shop if asked to, starts learning and listens. Throws ProblemError. */
export async function startServer(options: ServerOptions, tell: (line: string) => void): Promise<RunningServer> {
  // One server a data folder; those that share a PostgreSQL settle among themselves who does what.
  const lock = options.databaseUrl === undefined ? lockFolder(options.dataFolder, process.pid, Date.now()) : null;
  try {
    if (lock !== null) await assertSoundStore(options, lock.cutOff);
    const server = await startUnlocked(options, tell);
    lock?.note(server.address);
    return { ...server, close: () => server.close().finally(() => lock?.release()) };
  } catch (error) {
    lock?.release();
    throw error;
  }
}

/** Looks for missing tables, and at every page of a store that is small, or whose last server was cut off: later, a customer would meet the damage. */
async function assertSoundStore(options: ServerOptions, cutOff: boolean): Promise<void> {
  const bytes = statSync(join(options.dataFolder, "rapport.sqlite"), { throwIfNoEntry: false })?.size ?? 0;
  if (bytes === 0) return;
  const care = careForStore(options);
  await care.assertSound({ pages: bytes <= (cutOff ? mostBytesAfterCut : mostBytesLookedAt) }).finally(() => care.close());
}

async function startUnlocked(options: ServerOptions, tell: (line: string) => void): Promise<RunningServer> {
  const house = await composeHouse(options);
  let jobs: Jobs | null = null;
  try {
    // A store that was copied back may hold somebody who was forgotten since: before anybody can ask.
    if ((await house.forget.replay()) > 0) await house.forget.runAll();
    const gorse = await gorseSettings(house, options.gorse ?? {}, options);
    const demo = options.demo ? await openDemoShop(house, options.dataFolder, tell) : null;
    jobs = leadJobs(options, house, `${hostname()}-${process.pid}`, (line) => process.stderr.write(`${line}\n`));
    const app = await buildApp({ house, learning: jobs, demo, logLevel: options.logLevel, gorse });
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
        await jobs?.stop();
        await house.store.close();
      },
    };
  } catch (error) {
    await jobs?.stop();
    await house.store.close();
    throw error;
  }
}
