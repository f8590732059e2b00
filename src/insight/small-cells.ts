/** Fewer people than this are not counted apart, unless RAPPORT_SMALL_CELL says otherwise; 1 hides nothing. */
export const usualSmallestGroup = 10;

/** Null when it is no such number. */
export function parseSmallestGroup(text: string | undefined): number | null {
  if (text === undefined || text.trim() === "") return usualSmallestGroup;
  return /^[1-9]\d{0,3}$/.test(text.trim()) ? Number(text) : null;
}

export const isSmall = (people: number, smallestGroup: number): boolean => people > 0 && people < smallestGroup;

export type Tally = { readonly granted: number; readonly refused: number };
/** Null: somebody, but fewer than may be counted apart. */
export type ShownTally = { readonly granted: number | null; readonly refused: number | null };

/** Both or none: whoever knows how many people there are could subtract the one from that. */
export function hideSmallTally({ granted, refused }: Tally, smallestGroup: number): ShownTally {
  const hidden = isSmall(granted, smallestGroup) || isSmall(refused, smallestGroup);
  return hidden ? { granted: null, refused: null } : { granted, refused };
}

/** Spans that may be asked for: with any other two of them, the days between could be told from their difference. */
export const windowDays: readonly number[] = [1, 7, 14, 30, 90, 180, 365, 730, 1825, 3650];
export const windowFor = (days: number): number => windowDays.findLast((window) => window <= days) ?? windowDays[0]!;

/** What each person adds to one cell, within one span. */
export type Contributions<Part> = ReadonlyMap<string, Part>;

/**
 * Which of nested spans (the shortest first) may be shown: the first with enough people, and from there on each that differs from
 * the last shown one by what enough people did. So no difference of two is about fewer. Null: none.
 */
export function widestShown<Part>(
  spans: readonly Contributions<Part>[],
  smallestGroup: number,
  same: (a: Part | undefined, b: Part | undefined) => boolean,
): Contributions<Part> | null {
  let shown: Contributions<Part> | null = null;
  for (const span of spans) {
    if (shown === null) {
      if (span.size >= smallestGroup) shown = span;
      continue;
    }
    let changed = 0;
    for (const person of new Set([...span.keys(), ...shown.keys()])) if (!same(span.get(person), shown.get(person))) changed++;
    if (changed >= smallestGroup) shown = span;
  }
  return shown;
}
