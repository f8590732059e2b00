import { constants, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import type { ShopId } from "#domain/ids.ts";
// First, and what reads large packages only when it has been: in a thread, too, they are read in one piece.
import "../../../bin/quick-packages.mjs";
import type { HouseOptions } from "../compose.ts";
import { startForgetLoop } from "./forget-loop.ts";
import { startLearnLoop } from "./learn-loop.ts";

// Learning and forgetting in a thread of their own, with its own connection to the store: counting and solving may take seconds, deleting
// what somebody did in years takes one, and no customer waits for that.

export type ToWorker = "poke" | "settle" | "forget" | "stop" | { readonly dropped: number };
export type FromWorker =
  | { readonly kind: "round"; readonly cursors: Readonly<Record<string, number>> }
  | { readonly kind: "failed"; readonly job: BackgroundJob; readonly name: string }
  /** The thread that answers is to drop what it holds of the shop in memory, and to say so. */
  | { readonly kind: "drop"; readonly shopId: ShopId; readonly ask: number };
export type BackgroundJob = "learning" | "forgetting";

// Customers are answered first: this work takes what they leave of the processors. A priority is a thread's own on Linux
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
const { composeHouse } = await import("../compose.ts");
const house = await composeHouse({ ...(workerData as HouseOptions), beside: true });
const learning = startLearnLoop(house, {
  onRound: (cursors) => say({ kind: "round", cursors }),
  onFailure: (name) => say({ kind: "failed", job: "learning", name }),
});

let asked = 0;
const waiting = new Map<number, () => void>();
const forgetting = startForgetLoop(house, {
  settle: learning.settle,
  dropMemory: (shopId) =>
    new Promise((resolve) => {
      waiting.set(++asked, resolve);
      say({ kind: "drop", shopId, ask: asked });
    }),
  onFailure: (name) => say({ kind: "failed", job: "forgetting", name }),
});

async function stop(): Promise<void> {
  // It goes on where it was at the next start; what was learnt and not saved would be learnt again.
  const ended = forgetting.stop();
  await learning.stop();
  await house.learner
    .close()
    .catch((error: unknown) => say({ kind: "failed", job: "learning", name: error instanceof Error ? error.name : "unknown" }));
  await ended;
  await house.store.close();
  port.close();
}

port.on("message", (message: ToWorker) => {
  if (message === "poke") learning.poke();
  else if (message === "settle") learning.settle();
  else if (message === "forget") forgetting.poke();
  else if (message === "stop") void stop();
  else {
    waiting.get(message.dropped)?.();
    waiting.delete(message.dropped);
  }
});
