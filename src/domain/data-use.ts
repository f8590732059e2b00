import type { EpochMs } from "./clock.ts";
import type { SessionId } from "./ids.ts";

/**
 * The dial: how much of what is known may shape an answer, from least to most. Each level adds to the one before it:
 * `nothing`; `page`: the items that the request itself names; `visit`: the person's events of this visit; `purchases`: what they ever
 * bought and gave back; `everything`: all they allow. Only `visit` and above read anything that somebody did.
 */
export const dataUses = ["nothing", "page", "visit", "purchases", "everything"] as const;
export type DataUse = (typeof dataUses)[number];

export function isDataUse(value: unknown): value is DataUse {
  return (dataUses as readonly unknown[]).includes(value);
}

/** The lowest of them; `everything` where there is none. */
export function lowestOf(levels: readonly DataUse[]): DataUse {
  return dataUses[Math.min(dataUses.length - 1, ...levels.map((level) => dataUses.indexOf(level)))]!;
}

export function isBelow(level: DataUse, other: DataUse): boolean {
  return dataUses.indexOf(level) < dataUses.indexOf(other);
}

/** Longer than so much between two acts, or between the last one and now, is another visit. */
export const visitGapMs = 30 * 60_000;
/** What is older is of no visit of now, whatever session id it bears. */
export const visitLimitMs = 12 * 3_600_000;

/**
 * Which visit is meant. With a session id: the events that bear it. Without: the person's latest acts, as long as no two of them,
 * nor the last one and `now`, lie more than `visitGapMs` apart. Either way nothing older than `visitLimitMs`.
 */
export type Visit = { readonly sessionId: SessionId | null; readonly now: EpochMs };

/**
 * The part of a history that a level names: `visit` is the events of the visit, `purchases` those and every purchase and return.
 * Part of a leave, so that storage hands out no other row to whoever holds it.
 */
export type HistoryWindow = { readonly level: "visit" | "purchases"; readonly visit: Visit };
