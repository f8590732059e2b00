import { dayMs } from "#domain/clock.ts";
import type { House } from "../compose.ts";

/** After the start others come first. */
const firstAfterMs = 5 * 60_000;
/** Between two pieces of the work: requests get their turn. */
const restMs = 2_000;
/** Learning has to come by first. */
const waitMs = 60_000;
const failedMs = 10 * 60_000;

export type RetentionLoop = { stop(): Promise<void> };

/** Once a day ends what is past its time, in all shops, a bounded piece at a time. */
export function startRetentionLoop(
  house: Pick<House, "store" | "expireEvents">,
  /** Has learning save what it knows, which it does seldom by itself: nothing is deleted before. */
  settle: () => void,
  onFailure: (name: string) => void,
): RetentionLoop {
  let stopping = false;
  let wake = () => {};
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  /** Answers how long there is nothing to do. */
  async function turn(): Promise<number> {
    let rest = dayMs;
    for (const { shopId } of await house.store.shops.list()) {
      if (stopping) break;
      const { more, pending } = await house.expireEvents.round(shopId);
      if (pending > 0) {
        settle();
        rest = Math.min(rest, waitMs);
      } else if (more) rest = Math.min(rest, restMs);
    }
    return rest;
  }

  async function run(): Promise<void> {
    let rest = firstAfterMs;
    while (!stopping) {
      await pause(rest);
      if (stopping) return;
      try {
        rest = await turn();
      } catch (error) {
        onFailure(error instanceof Error ? error.name : "unknown");
        rest = failedMs;
      }
    }
  }

  const running = run();
  return {
    async stop() {
      stopping = true;
      wake();
      await running;
    },
  };
}
