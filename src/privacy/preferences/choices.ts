import type { EpochMs } from "#domain/clock.ts";
import { type DataUse, isBelow, isDataUse } from "#domain/data-use.ts";
import type { ItemId } from "#domain/ids.ts";
import type { Preference } from "#domain/preference.ts";

/** How many messages somebody wants at most; null: they did not say. */
export type Budget = { readonly perDay: number | null; readonly perWeek: number | null };

/** What a person chose, over all their names: of two levels the lower, of two limits both. */
export type Choices = {
  /** Null: they chose none. */
  readonly dial: DataUse | null;
  /** "open": until they resume; null: not paused. */
  readonly pausedUntil: EpochMs | "open" | null;
  readonly less: ReadonlySet<ItemId>;
  readonly mutedCategories: ReadonlySet<string>;
  readonly mutedBrands: ReadonlySet<string>;
  readonly moreItems: ReadonlySet<ItemId>;
  readonly moreCategories: ReadonlySet<string>;
  readonly moreBrands: ReadonlySet<string>;
  readonly budget: Budget;
  /** Keys of what is not to be inferred of them: "category: Tea". */
  readonly suppressed: ReadonlySet<string>;
  /** Why each event that is not to be used for them is not. */
  readonly unused: ReadonlyMap<string, string>;
  readonly traits: ReadonlyMap<string, string>;
  /** How often they did what speaks for using less: see suggest-level.ts. */
  readonly acts: ReadonlyMap<string, number>;
};

const none = new Set<never>();
export const noChoices: Choices = Object.freeze({
  dial: null,
  pausedUntil: null,
  less: none,
  mutedCategories: none,
  mutedBrands: none,
  moreItems: none,
  moreCategories: none,
  moreBrands: none,
  budget: Object.freeze({ perDay: null, perWeek: null }),
  suppressed: none,
  unused: new Map<never, never>(),
  traits: new Map<never, never>(),
  acts: new Map<never, never>(),
});

/** A choice that cannot be read is taken for the strictest it could have been. */
function dialOf(rows: readonly Preference[]): DataUse | null {
  return rows.reduce<DataUse | null>((lowest, { kind, value }) => {
    if (kind !== "dial") return lowest;
    const level = isDataUse(value) ? value : "nothing";
    return lowest === null || isBelow(level, lowest) ? level : lowest;
  }, null);
}

/** From when until when nothing is used and nothing is kept for it; null: still. */
export type Pause = { readonly from: EpochMs; readonly until: EpochMs | null };

export function pausesIn(rows: readonly Preference[]): Pause[] {
  return rows.flatMap(({ kind, key, value }) => (kind === "pause" ? [{ from: Number(key), until: value === "" ? null : Number(value) }] : []));
}

export const isPausedAt = (pauses: readonly Pause[], at: EpochMs): boolean =>
  pauses.some(({ from, until }) => from <= at && (until === null || at < until));

function pausedUntil(pauses: readonly Pause[], now: EpochMs): Choices["pausedUntil"] {
  const running = pauses.filter((pause) => isPausedAt([pause], now));
  if (running.length === 0) return null;
  return running.some(({ until }) => until === null) ? "open" : Math.max(...running.map(({ until }) => until!));
}

const lowerOf = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.min(a, b));

export function choicesOf(rows: readonly Preference[], now: EpochMs): Choices {
  if (rows.length === 0) return noChoices;
  const keysOf = <Key extends string>(kind: Preference["kind"]) =>
    new Set(rows.flatMap((row) => (row.kind === kind ? [row.key as Key] : []))) as ReadonlySet<Key>;
  const valuesOf = (kind: Preference["kind"]) => new Map(rows.flatMap((row) => (row.kind === kind ? [[row.key, row.value] as const] : [])));
  const budgets = (key: keyof Budget) =>
    rows.reduce<number | null>((lowest, row) => (row.kind === "budget" && row.key === key ? lowerOf(lowest, Number(row.value)) : lowest), null);
  const acts = new Map<string, number>();
  for (const { kind, key, value } of rows) if (kind === "act") acts.set(key, (acts.get(key) ?? 0) + Number(value));
  return {
    dial: dialOf(rows),
    pausedUntil: pausedUntil(pausesIn(rows), now),
    less: keysOf<ItemId>("less"),
    mutedCategories: keysOf("mute-category"),
    mutedBrands: keysOf("mute-brand"),
    moreItems: keysOf<ItemId>("more-item"),
    moreCategories: keysOf("more-category"),
    moreBrands: keysOf("more-brand"),
    budget: { perDay: budgets("perDay"), perWeek: budgets("perWeek") },
    suppressed: keysOf("suppressed"),
    unused: valuesOf("unused"),
    traits: valuesOf("trait"),
    acts,
  };
}
