import { type DataUse, isBelow } from "#domain/data-use.ts";

/** What keeps the level below everything. */
export type LevelCause = "request" | "choice" | "paused" | "restricted" | "gpc" | "adapted";

export type Level = {
  readonly level: DataUse;
  /** What alone or first made it as low as it is; null: nothing did. */
  readonly cause: LevelCause | null;
};

export type Limit = { readonly cause: LevelCause; readonly atMost: DataUse };

export const fullLevel: Level = { level: "everything", cause: null };

/** The lowest of all that speak; of equals the first. */
export function lowered(level: Level, limits: readonly Limit[]): Level {
  return limits.reduce((lowest, { cause, atMost }) => (isBelow(atMost, lowest.level) ? { level: atMost, cause } : lowest), level);
}
