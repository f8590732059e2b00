import type { EpochMs } from "#domain/clock.ts";

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** How long to wait after the first, second, … attempt that failed (the schedule that Standard Webhooks suggests); a bit over three days. */
const delaysMs = [5 * secondMs, 5 * minuteMs, 30 * minuteMs, 2 * hourMs, 5 * hourMs, 10 * hourMs, 14 * hourMs, 20 * hourMs, 24 * hourMs];
export const maxAttempts = delaysMs.length + 1;

/** So that messages that failed together do not all come back together. */
const jitter = 0.2;
export const longestPauseMs = 24 * hourMs;

/** What `Retry-After` asks for: seconds or a date. 0 when it says nothing that can be read. */
export function retryAfterMs(header: string | null, now: EpochMs): number {
  if (header === null) return 0;
  const text = header.trim();
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * secondMs : Date.parse(text) - now;
  return Number.isNaN(ms) ? 0 : Math.min(longestPauseMs, Math.max(0, ms));
}

/** When to try again after `attempts` attempts; null when it is given up. `random` is 0 to 1. */
export function nextAttemptAt(attempts: number, now: EpochMs, random: number, askedMs: number): EpochMs | null {
  const delay = delaysMs[attempts - 1];
  if (delay === undefined) return null;
  return now + Math.max(Math.round(delay * (1 - jitter / 2 + jitter * random)), askedMs);
}
