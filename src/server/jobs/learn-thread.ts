import { Worker } from "node:worker_threads";
import { firstSeq, type LogSeq, type ShopId } from "#domain/ids.ts";
import type { House, HouseOptions } from "../compose.ts";
import type { FromWorker, ToWorker } from "./learn-worker.ts";

/** What the server knows of the learning that goes on beside it. */
export type Learning = {
  /** Something was stored: look at the log soon. */
  poke(): void;
  running(): boolean;
  /** Log entries not yet learnt from, over all shops. */
  lag(): Promise<number>;
  stop(): Promise<void>;
};

/** A solve or a checkpoint that is under way is not waited for longer than this; it will be done again from the last one. */
const patienceMs = 5_000;

/** Starts learning in a thread. `onFailure` is told the name of an error; the loop itself goes on. */
export function startLearnThread(options: HouseOptions, house: House, onFailure: (name: string) => void): Learning {
  const worker = new Worker(new URL("./learn-worker.ts", import.meta.url), { workerData: options });
  let cursors: Readonly<Record<string, number>> = {};
  let alive = true;
  const ended = new Promise<void>((resolve) => {
    worker.once("exit", () => {
      alive = false;
      resolve();
    });
  });
  worker.on("error", (error) => onFailure(error instanceof Error ? error.name : "unknown"));
  worker.on("message", (message: FromWorker) => {
    if (message.kind === "round") cursors = message.cursors;
    else onFailure(message.name);
  });
  const tell = (message: ToWorker) => worker.postMessage(message);
  return {
    poke: () => tell("poke"),
    running: () => alive,
    lag: () => lagBehind(house, cursors),
    async stop() {
      tell("stop");
      const impatient = setTimeout(() => void worker.terminate(), patienceMs);
      await ended;
      clearTimeout(impatient);
    },
  };
}

async function lagBehind(house: House, cursors: Readonly<Record<string, number>>): Promise<number> {
  let lag = 0;
  for (const { shopId } of await house.store.shops.list())
    lag += await house.store.log.countAfter(shopId as ShopId, (cursors[shopId] ?? firstSeq) as LogSeq);
  return lag;
}
