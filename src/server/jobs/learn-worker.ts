import { parentPort, workerData } from "node:worker_threads";
import { composeHouse, type HouseOptions } from "../compose.ts";
import { startLearnLoop } from "./learn-loop.ts";

// Learning in a thread of its own, with its own connection to the store: counting and solving may take seconds, and
// no customer waits for that.

export type ToWorker = "poke" | "settle" | "stop";
export type FromWorker =
  | { readonly kind: "round"; readonly cursors: Readonly<Record<string, number>> }
  | { readonly kind: "failed"; readonly name: string };

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
