import { setTimeout as sleep } from "node:timers/promises";
import { dayMs } from "#domain/clock.ts";
import type { House } from "../compose.ts";

/** Between two looks when nobody says that something came in (another process may have written). */
const idleMs = 1_000;
/** After something came in: long enough to gather a burst, short enough to feel at once. */
const gatherMs = 50;
/** What is under way when the server stops gets so long; then it is given back and sent after the next start. */
const patienceMs = 3_000;
const forgetEveryMs = 3_600_000;
/** How long it is remembered what became of a message; longer than news stays news, by which repetitions are known. */
export const keptMs = 30 * dayMs;

export type WebhookLoop = {
  /** Something was stored: look soon. */
  poke(): void;
  stop(): Promise<void>;
};

/** Turns news into messages and sends what is due, until stopped. `onFailure` is told the name of an error; the loop goes on. */
export function startWebhookLoop(
  house: Pick<House, "store" | "gatherNews" | "deliverMessages" | "clock">,
  onFailure: (name: string) => void,
): WebhookLoop {
  const { webhooks } = house.store;
  let stopping = false;
  let poked = false;
  let wake = () => {};
  const poke = () => {
    poked = true;
    wake();
  };
  const delivery = house.deliverMessages({ onAttempt: poke, onFailure });

  const untilPoked = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, idleMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  async function run(): Promise<void> {
    let forgotAt = Number.NEGATIVE_INFINITY;
    while (!stopping) {
      poked = false;
      try {
        const endpoints = await webhooks.active();
        if (endpoints.length > 0) {
          await house.gatherNews.gather(endpoints);
          await delivery.deliver(endpoints);
        }
        if (Math.abs(house.clock() - forgotAt) >= forgetEveryMs) {
          forgotAt = house.clock();
          await webhooks.forgetFinished(forgotAt - keptMs);
        }
      } catch (error) {
        // Nothing is lost: what was not queued is still news, what was not sent is still due.
        onFailure(error instanceof Error ? error.name : "unknown");
      }
      if (!poked && !stopping) await untilPoked();
      if (!stopping) await sleep(gatherMs);
    }
  }

  const running = run();
  return {
    poke,
    async stop() {
      stopping = true;
      wake();
      await delivery.stop(patienceMs);
      await running;
    },
  };
}
