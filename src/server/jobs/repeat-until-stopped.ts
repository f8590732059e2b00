export type Repeated = { stop(): Promise<void> };

/**
 * Does one turn after the other, until stopped; a turn says how long there is nothing to do. Nobody's start or end waits for a pause.
 * `onFailure` is told the name of an error; the next turn comes `failedMs` after it.
 */
export function repeatUntilStopped(options: {
  readonly firstAfterMs: number;
  readonly failedMs: number;
  /** Asked between two pieces of a long turn: whether it is to end. */
  readonly turn: (isStopping: () => boolean) => Promise<number>;
  readonly onFailure: (name: string) => void;
}): Repeated {
  const { firstAfterMs, failedMs, turn, onFailure } = options;
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

  async function run(): Promise<void> {
    let restMs = firstAfterMs;
    while (!stopping) {
      await pause(restMs);
      if (stopping) return;
      try {
        restMs = await turn(() => stopping);
      } catch (error) {
        onFailure(error instanceof Error ? error.name : "unknown");
        restMs = failedMs;
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
