import { type Clock, dayMs, type EpochMs } from "#domain/clock.ts";

/** A shop may be quiet for so long, and a clock be set by so much, without anybody wondering. */
export const unremarkableMs = 31 * dayMs;
/** So long it is waited for somebody to set the clock right. */
export const doubtMs = dayMs;

/**
 * Says whether the clock is to be believed before something is deleted because it is old. It is not for a day after it leapt ahead, or
 * after a start so long after the newest that the store holds (null: nothing); and is again at once where it was set back.
 * `uptimeMs` only ever goes forward, whatever the clock does.
 */
export function doubtClock(clock: Clock, uptimeMs: () => number, newest: EpochMs | null): () => boolean {
  let [leap, since] = [clock() - uptimeMs(), uptimeMs()];
  let doubted = newest !== null && clock() - newest > unremarkableMs;
  return () => {
    const now = uptimeMs();
    const offset = clock() - now;
    if (offset - leap > unremarkableMs) [doubted, since] = [true, now];
    else if (leap - offset > unremarkableMs || now - since >= doubtMs) doubted = false;
    leap = offset;
    return doubted;
  };
}
