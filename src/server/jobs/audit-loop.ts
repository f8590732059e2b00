import type { House } from "../compose.ts";

const everyMs = 60_000;

export type AuditLoop = { stop(): Promise<void> };

/** Anchors every shop's audit log when it is time: the head, signed, in a file outside the database. */
export function startAuditLoop(house: Pick<House, "store" | "audit">, onFailure: (name: string) => void): AuditLoop {
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

  async function run(): Promise<void> {
    while (!stopping) {
      await pause();
      try {
        for (const shop of await house.store.shops.list()) if (!stopping) await house.audit.anchorWhenDue(shop);
      } catch (error) {
        onFailure(error instanceof Error ? error.name : "unknown");
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
