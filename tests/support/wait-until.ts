import { setTimeout as sleep } from "node:timers/promises";

const betweenMs = 100;

/** Asks until the answer is not null; gives up, saying for what it waited, after `withinMs`. */
export async function waitUntil<Value>(what: string, ask: () => Promise<Value | null> | Value | null, withinMs = 20_000): Promise<Value> {
  const end = performance.now() + withinMs;
  while (performance.now() < end) {
    const answer = await ask();
    if (answer !== null) return answer;
    await sleep(betweenMs);
  }
  throw new Error(`waited ${withinMs} ms in vain for: ${what}`);
}
