import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { House, HouseOptions } from "../compose.ts";
import { isDue } from "./feed-round.ts";
import type { FeedWork } from "./feed-worker.ts";

/** Between two looks at which feeds are due: somebody may just have added one. */
const lookMs = 1_000;
/** A run of another process that has not been heard of for so long is dead. */
const quietMs = 120_000;

/** A few rows at a time need little; without a limit, rubbish gathers before it is cleared away. */
const resourceLimits = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 384 };

export type FeedLoop = { stop(): Promise<void> };

/**
 * Looks which feeds are due, and has them fetched in a thread with its own connection to the store: reading a million products
 * takes a minute, and no customer waits for that. `onFailure` is told the name of an error; the loop itself goes on.
 */
export function startFeedLoop(options: HouseOptions, { store, clock }: Pick<House, "store" | "clock">, onFailure: (name: string) => void): FeedLoop {
  const stopping = new AbortController();
  // What this server left unfinished when it ended is begun anew at once.
  let patienceMs: number | null = null;

  async function round(): Promise<void> {
    if (!(await store.feeds.list(null)).some((feed) => isDue(feed, clock()))) return;
    const { dataFolder, databaseUrl, outboundAllow } = options;
    const workerData: FeedWork = { house: { dataFolder, databaseUrl, outboundAllow }, quietMs: patienceMs };
    patienceMs = quietMs;
    const worker = new Worker(new URL("./feed-worker.ts", import.meta.url), { workerData, resourceLimits });
    // A run that is cut off has changed nothing.
    const end = () => void worker.terminate();
    stopping.signal.addEventListener("abort", end);
    try {
      await new Promise<void>((resolve, reject) => worker.once("error", reject).once("exit", () => resolve()));
    } finally {
      stopping.signal.removeEventListener("abort", end);
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await round().catch((error: unknown) => onFailure(error instanceof Error ? error.name : "unknown"));
      await sleep(lookMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
