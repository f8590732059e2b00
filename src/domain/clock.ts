/** Milliseconds since 1970-01-01 UTC. */
export type EpochMs = number;
/** Tells the time. Comes in from outside, so that a test can hold it still. */
export type Clock = () => EpochMs;
/** Makes a fresh id that nobody can guess. Comes in from outside, so that a test can repeat itself. */
export type FreshId = () => string;

export const dayMs = 86_400_000;

/** The day's number since 1970-01-01 UTC. */
export function dayNumber(at: EpochMs): number {
  return Math.floor(at / dayMs);
}

/** Events before this are taken for a unit mistake (seconds sent as milliseconds), not for history. */
export const earliestEventMs: EpochMs = Date.UTC(1990, 0, 1);
/** How far a client's clock may run ahead of ours before an event counts as from the future. */
export const futureToleranceMs = 24 * 3_600_000;
