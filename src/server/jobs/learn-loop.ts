import { setTimeout as sleep } from "node:timers/promises";
import type { House } from "../compose.ts";

/** Between two looks at the log when nobody says that something came in (another process may have written). */
const idleMs = 2_000;
/** After something came in: long enough to gather a burst, short enough to feel at once. */
const gatherMs = 200;
/** A shop that takes seconds to learn rests this share of them: news is learnt within the round under way, a rest and a round. */
const restFactor = 0.25;
const maxRestMs = 60_000;

export type LearnLoop = {
  poke(): void;
  /** Learns all there is and saves it, due or not: somebody who is to be forgotten waits for it. */
  settle(): void;
  stop(): Promise<void>;
};

export type LearnLoopEvents = {
  /** After each round: how far each shop's log has been learnt. */
  readonly onRound: (cursors: Readonly<Record<string, number>>) => void;
  readonly onFailure: (name: string) => void;
};

/** Learns from the log as it grows, one shop after the other, until stopped. */
export function startLearnLoop(house: Pick<House, "learner" | "store">, { onRound, onFailure }: LearnLoopEvents): LearnLoop {
  const stopping = new AbortController();
  let wake = () => {};
  let poked = false;
  let settling = false;
  let hurry = new AbortController();

  async function run(): Promise<void> {
    const cursors: Record<string, number> = {};
    while (!stopping.signal.aborted) {
      const start = performance.now();
      let learned = false;
      const saves = settling;
      settling = false;
      hurry = new AbortController();
      try {
        for (const { shopId } of await house.store.shops.list()) {
          if (stopping.signal.aborted) return;
          const { changed, cursor } = await house.learner.learn(shopId);
          learned ||= changed;
          cursors[shopId] = cursor;
        }
        if (saves) await house.learner.close();
        onRound(cursors);
      } catch (error) {
        // Serving goes on with the last model; the next round tries again from the last checkpoint.
        onFailure(error instanceof Error ? error.name : "unknown");
      }
      const rest = learned ? Math.min(maxRestMs, (performance.now() - start) * restFactor) : 0;
      await pause(Math.max(gatherMs, rest), !poked);
      poked = false;
    }
  }

  /** Waits `ms`; when there is nothing to do, until poked or the idle time is over. No longer where somebody waits for all to be learnt. */
  async function pause(ms: number, idle: boolean): Promise<void> {
    await sleep(ms, undefined, { signal: AbortSignal.any([stopping.signal, hurry.signal]) }).catch(() => {});
    if (!idle || poked || stopping.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, idleMs);
      wake = () => {
        clearTimeout(timer);
        setTimeout(resolve, stopping.signal.aborted || settling ? 0 : gatherMs);
      };
    });
    wake = () => {};
  }

  const running = run();
  return {
    settle() {
      settling = true;
      poked = true;
      hurry.abort();
      wake();
    },
    poke() {
      poked = true;
      wake();
    },
    async stop() {
      stopping.abort();
      wake();
      await running;
    },
  };
}
