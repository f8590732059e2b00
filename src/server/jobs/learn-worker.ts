import { constants, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { composeHouse, type HouseOptions } from "../compose.ts";
import { startLearnLoop } from "./learn-loop.ts";

// Learning in a thread of its own, with its own connection to the store: counting and solving may take seconds, and
// no customer waits for that.

export type ToWorker = "poke" | "settle" | "stop";
export type FromWorker =
  | { readonly kind: "round"; readonly cursors: Readonly<Record<string, number>> }
  | { readonly kind: "failed"; readonly name: string };

// Customers are answered first: learning takes what they leave of the processors. A priority is a thread's own on Linux
// (setpriority(2), "C library/kernel differences"), and its kernel threads get it from here; elsewhere it would be the whole server's.
if (process.platform === "linux") {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Where it may not be said, it is not.
  }
}

const port = parentPort!;
const say = (message: FromWorker) => port.postMessage(message);
/** What it reads it reads once; the system keeps the file's pages anyway. */
const cacheMb = 16;
const house = await composeHouse({ ...(workerData as HouseOptions), cacheMb });
const loop = startLearnLoop(house, {
  onRound: (cursors) => say({ kind: "round", cursors }),
  onFailure: (name) => say({ kind: "failed", name }),
});

port.on("message", (message: ToWorker) => {
  if (message === "poke") return loop.poke();
  if (message === "settle") return loop.settle();
  void loop
    .stop()
    // What could not be saved is learnt again at the next start.
    .then(() => house.learner.close().catch((error: unknown) => say({ kind: "failed", name: error instanceof Error ? error.name : "unknown" })))
    .then(() => house.store.close())
    .then(() => port.close());
});
