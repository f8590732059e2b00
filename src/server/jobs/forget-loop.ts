import { setTimeout as sleep } from "node:timers/promises";
import type { ShopId } from "#domain/ids.ts";
import type { House } from "../compose.ts";

/** Between two looks when nobody says that somebody is to be forgotten (another process may have written it down). */
const idleMs = 1_000;
/** Between two pieces of the work: learning gets its turn. */
const restMs = 10;
/** Learning has to come by first. It is asked how far it is after so long, later each time. */
const waitMs = 50;
const longestWaitMs = 500;
const failedMs = 5_000;

export type ForgetLoop = {
  /** Somebody is to be forgotten: begin at once. */
  poke(): void;
  /** After the piece that is under way. */
  stop(): Promise<void>;
};

export type Beside = {
  /** Has the learning that runs beside it learn and save everything. */
  readonly settle: () => void;
  /** Has the thread that answers drop what it holds of the shop in memory. */
  readonly dropMemory: (shopId: ShopId) => Promise<void>;
  /** Is told the name of an error; the loop itself goes on. */
  readonly onFailure: (name: string) => void;
};

/** Moves on whatever is to be forgotten, until stopped. */
export function startForgetLoop(house: Pick<House, "forgetWith">, { settle, dropMemory, onFailure }: Beside): ForgetLoop {
  const stopping = new AbortController();
  let wake = new AbortController();
  let begun = false;
  let waits = 0;
  const forget = house.forgetWith({
    async settle() {
      settle();
      await pause(Math.min(longestWaitMs, waitMs + (waitMs / 4) * waits++));
    },
    dropMemory,
  });

  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: stopping.signal }).catch(() => {});
  }

  async function idle(): Promise<void> {
    if (begun) return;
    wake = new AbortController();
    await sleep(idleMs, undefined, { signal: AbortSignal.any([stopping.signal, wake.signal]) }).catch(() => {});
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      begun = false;
      try {
        const { more, waiting } = await forget.run();
        if (!waiting) waits = 0;
        if (more || waiting) await pause(restMs);
        else await idle();
      } catch (error) {
        // Whatever was done is saved; it goes on from there.
        onFailure(error instanceof Error ? error.name : "unknown");
        await pause(failedMs);
      }
    }
  }

  const running = run();
  return {
    poke() {
      begun = true;
      wake.abort();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
