import { Worker } from "node:worker_threads";
import type { ToCheckpointWorker } from "./checkpoint-worker.ts";

/** A process that writes less needs no thread for it: what it wrote goes back into the file at the latest when it ends. */
const commitsBeforeThread = 200;
const everyMs = 100;

export type CheckpointThread = {
  /** To be told after each commit. */
  committed(): void;
  stop(): Promise<void>;
};

/**
 * Takes the copying of committed pages from their log (WAL) into the file off the thread that answers: there it would stand
 * still for it, tens of milliseconds each time. SQLite itself still does it where the log has grown long regardless, and
 * then finds most of it done.
 */
export function startCheckpointThread(path: string, elapsedMs = () => performance.now()): CheckpointThread {
  let worker: Worker | null = null;
  let [commits, lastAsked] = [0, 0];
  let stopped = false;

  function start(): Worker {
    const thread = new Worker(new URL("./checkpoint-worker.ts", import.meta.url), { workerData: path, name: "checkpoint" });
    // Without it SQLite does the work itself, as ever.
    thread.on("error", () => {});
    thread.unref();
    return thread;
  }

  return {
    committed() {
      if (stopped || ++commits < commitsBeforeThread) return;
      const now = elapsedMs();
      if (now - lastAsked < everyMs) return;
      lastAsked = now;
      worker ??= start();
      worker.postMessage("checkpoint" satisfies ToCheckpointWorker);
    },
    async stop() {
      stopped = true;
      if (worker === null || worker.threadId === -1) return;
      const ended = new Promise((resolve) => worker!.once("exit", resolve));
      worker.ref();
      worker.postMessage("close" satisfies ToCheckpointWorker);
      await ended;
    },
  };
}
