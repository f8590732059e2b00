import { setTimeout as sleep } from "node:timers/promises";

/** Of the time that a piece took. */
const restShare = 0.5;
/** After a piece that took long because the store was away, nobody gains by a longer one. */
const longestRestMs = 100;

/**
 * For long work in pieces on the thread that answers requests: rests after each piece for half as long as the piece took, so that
 * whoever asks meanwhile waits for one piece at the most, and has the moments in between.
 */
export function createPace(elapsedMs = () => performance.now(), restFor: (ms: number) => Promise<unknown> = sleep): () => Promise<void> {
  let since = elapsedMs();
  return async () => {
    await restFor(Math.min(longestRestMs, restShare * (elapsedMs() - since)));
    since = elapsedMs();
  };
}
