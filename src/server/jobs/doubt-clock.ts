import { type Clock, dayMs, type EpochMs } from "#domain/clock.ts";

/** A shop may be quiet for so long, and a clock be set by so much, without anybody wondering. */
export const unremarkableMs = 31 * dayMs;
/** For so many looks it is waited for somebody to set the clock right; whoever asks looks once an hour. */
export const doubtfulLooks = 24;

/**
 * Says whether the clock is to be believed before something is deleted because it is old. It is not for 24 looks after it leapt ahead, or
 * after a start so long after the newest that the store holds (null: nothing); and is again at once where it was set back.
 * `uptimeMs` only ever goes forward, whatever the clock does.
 */
export function doubtClock(clock: Clock, uptimeMs: () => number, newest: EpochMs | null): () => boolean {
  let before = clock() - uptimeMs();
  let looksLeft = newest !== null && clock() - newest > unremarkableMs ? doubtfulLooks : 0;
  return () => {
    const offset = clock() - uptimeMs();
    if (offset - before > unremarkableMs) looksLeft = doubtfulLooks;
    else if (before - offset > unremarkableMs) looksLeft = 0;
    before = offset;
    if (looksLeft === 0) return false;
    looksLeft--;
    return true;
  };
}
