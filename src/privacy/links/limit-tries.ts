import type { Clock } from "#domain/clock.ts";

export type LimitTries = {
  /** Counts one try; false: there were too many in this window, and this one counts as not made. */
  take(key: string): boolean;
  /** May there be one more? Counts nothing. */
  isOpen(key: string): boolean;
};

/** Most keys remembered: a flood of made-up keys costs no more memory than this. */
const maxKeys = 20_000;

/** So many tries a key in any window of `windowMs`. Kept in this process: two processes allow twice as many. */
export function createLimitTries({ most, windowMs, clock }: { readonly most: number; readonly windowMs: number; readonly clock: Clock }): LimitTries {
  const tries = new Map<string, number[]>();
  const recent = (key: string, now: number) => (tries.get(key) ?? []).filter((at) => now - at < windowMs);
  return {
    isOpen: (key) => recent(key, clock()).length < most,
    take(key) {
      const now = clock();
      const kept = recent(key, now);
      if (kept.length >= most) return false;
      kept.push(now);
      // The one that was used last stands last; the first is the one to give up.
      tries.delete(key);
      tries.set(key, kept);
      if (tries.size > maxKeys) tries.delete(tries.keys().next().value!);
      return true;
    },
  };
}
