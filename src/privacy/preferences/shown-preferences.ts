import type { EpochMs } from "#domain/clock.ts";
import type { DataUse } from "#domain/data-use.ts";
import type { Budget, Choices } from "./choices.ts";
import type { MessagesSpent } from "./count-messages.ts";
import type { LevelCause } from "./decide-level.ts";

/** A person's choices as they are shown to them. */
export type ShownPreferences = {
  readonly dataUse: {
    /** At most this is used from the next answer on. */
    readonly inForce: DataUse;
    readonly cause: LevelCause | "no-consent" | null;
    readonly chosen: DataUse | null;
    /** What they could be asked about; never taken without them. */
    readonly suggestion: DataUse | null;
  };
  readonly pausedUntil: EpochMs | "open" | null;
  readonly less: readonly string[];
  readonly more: { readonly items: readonly string[]; readonly categories: readonly string[]; readonly brands: readonly string[] };
  readonly muted: { readonly categories: readonly string[]; readonly brands: readonly string[] };
  readonly frequency: Budget & { readonly spent: MessagesSpent };
  readonly suppressed: readonly string[];
  readonly unused: readonly { readonly event: string; readonly reason: string }[];
  readonly traits: Readonly<Record<string, string>>;
};

const sorted = (keys: ReadonlySet<string>): string[] => [...keys].sort();

export function showChoices(choices: Choices, dataUse: ShownPreferences["dataUse"], spent: MessagesSpent): ShownPreferences {
  return {
    dataUse,
    pausedUntil: choices.pausedUntil,
    less: sorted(choices.less),
    more: { items: sorted(choices.moreItems), categories: sorted(choices.moreCategories), brands: sorted(choices.moreBrands) },
    muted: { categories: sorted(choices.mutedCategories), brands: sorted(choices.mutedBrands) },
    frequency: { ...choices.budget, spent },
    suppressed: sorted(choices.suppressed),
    unused: [...choices.unused].map(([event, reason]) => ({ event, reason })).sort((a, b) => (a.event < b.event ? -1 : 1)),
    traits: Object.fromEntries([...choices.traits].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
