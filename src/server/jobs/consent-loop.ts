import type { House } from "../compose.ts";

const everyMs = 60_000;

export type ConsentLoop = { stop(): Promise<void> };

/**
 * Writes down in the log which consents have run out, and goes on with ending what a new notice does not cover. The gate does
 * not wait for it; learning hears of it by the log.
 */
export function startConsentLoop(
  house: Pick<House, "store" | "endConsents" | "notices">,
  onEnded: () => void,
  onFailure: (name: string) => void,
): ConsentLoop {
  let stopping = false;
  let wake = () => {};
  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, everyMs);
      timer.unref();
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  async function turn(): Promise<void> {
    let ended = 0;
    for (const { shopId } of await house.store.shops.list()) {
      if (stopping) break;
      ended += await house.endConsents.expired(shopId);
      ended += await house.notices.finish(shopId);
    }
    if (ended > 0) onEnded();
  }

  async function run(): Promise<void> {
    while (!stopping) {
      try {
        await turn();
      } catch (error) {
        onFailure(error instanceof Error ? error.name : "unknown");
      }
      if (!stopping) await pause();
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
