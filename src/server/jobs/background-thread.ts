import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { LogSeq, ShopId } from "#domain/ids.ts";
import type { HouseOptions } from "../compose.ts";
import type { BackgroundJob, FromWorker, ToWorker } from "./background-worker.ts";

export type LearntUpTo = Readonly<Record<ShopId, LogSeq>>;

export type BackgroundThread = {
  /** Something was stored: look at the log soon. */
  poke(): void;
  /** Learn all there is and save it, due or not. */
  settle(): void;
  /** Somebody is to be forgotten: begin at once. */
  forget(): void;
  running(): boolean;
  /** The name of the error that ended the last round of learning; null: it went well, or there was none yet. */
  failure(): string | null;
  /** Saves what would be learnt again otherwise, and ends. */
  stop(): Promise<void>;
  /** Ends at once, wherever it is; what was not saved is learnt again by whoever comes next. */
  halt(): Promise<void>;
};

/** A solve or a checkpoint that is under way is not waited for longer than this; it will be done again from the last one. */
const patienceMs = 5_000;
/** A thread that ended by itself (the store was away when it began, no memory) is begun anew after so long. */
const againMs = 2_000;

export type BackgroundEvents = {
  /** After each round: how far each shop's log has been learnt. */
  readonly onRound: (cursors: LearntUpTo) => void;
  /** Is told the name of an error; the job itself goes on. */
  readonly onFailure: (job: BackgroundJob, name: string) => void;
  /** What this thread holds of the shop in memory is to be dropped. */
  readonly onDrop: (shopId: ShopId) => void;
};

/** Learns and forgets in a thread, until stopped. */
export function startBackgroundThread(options: HouseOptions, { onRound, onFailure, onDrop }: BackgroundEvents): BackgroundThread {
  const stopping = new AbortController();
  let worker: Worker | null = null;
  let failure: string | null = null;

  function failed(job: BackgroundJob, name: string): void {
    if (job === "learning") failure = name;
    onFailure(job, name);
  }

  async function live(): Promise<void> {
    const thread = new Worker(new URL("./background-worker.ts", import.meta.url), { workerData: options });
    worker = thread;
    const ended = new Promise<void>((resolve) => thread.once("exit", () => resolve()));
    thread.on("error", (error) => failed("learning", error instanceof Error ? error.name : "unknown"));
    thread.on("message", (message: FromWorker) => {
      if (message.kind === "failed") return failed(message.job, message.name);
      if (message.kind === "drop") {
        onDrop(message.shopId);
        return thread.postMessage({ dropped: message.ask } satisfies ToWorker);
      }
      failure = null;
      onRound(message.cursors as LearntUpTo);
    });
    await ended;
    worker = null;
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await live();
      await sleep(againMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const running = run();
  const tell = (message: ToWorker) => worker?.postMessage(message);
  return {
    poke: () => tell("poke"),
    settle: () => tell("settle"),
    forget: () => tell("forget"),
    running: () => worker !== null,
    failure: () => failure,
    async stop() {
      stopping.abort();
      tell("stop");
      const impatient = setTimeout(() => void worker?.terminate(), patienceMs);
      await running;
      clearTimeout(impatient);
    },
    async halt() {
      stopping.abort();
      await worker?.terminate();
      await running;
    },
  };
}
