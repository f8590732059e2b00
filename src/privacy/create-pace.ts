import { setTimeout as sleep } from "node:timers/promises";

/** After a piece that took long because the store was away, nobody gains by a longer one. */
const longestRestMs = 100;

/**
 * For long work in pieces on the thread that answers requests: rests after each piece for as long as the piece took, so that whoever
 * asks meanwhile has every other moment.
 */
export function createPace(elapsedMs = () => performance.now()): () => Promise<void> {
  let since = elapsedMs();
  return async () => {
    await sleep(Math.min(longestRestMs, elapsedMs() - since));
    since = elapsedMs();
  };
}
