import { dayNumber } from "#domain/clock.ts";
import type { ItemId } from "#domain/ids.ts";
import { createIdMap, type IdMap } from "../id-map.ts";
import type { History } from "../step.ts";
import { type PersonRows, personRowsOf } from "./person-rows.ts";

/** What happened to each item on each day. `days[item]`: day number → weight. */
export type DayCounts = { readonly ids: IdMap; readonly days: readonly ReadonlyMap<number, number>[] };

/** Adds what a person did (`sign` 1) or takes it away: each item once a day, with the strongest step of that day. */
export function countDays(days: readonly Map<number, number>[], { stepItems, stepTimes, stepWeights }: PersonRows, sign: 1 | -1): void {
  let today = Number.NaN;
  const strongest = new Map<number, number>();
  const flush = () => {
    for (const [item, weight] of strongest) {
      const sum = (days[item]!.get(today) ?? 0) + sign * weight;
      if (sum === 0) days[item]!.delete(today);
      else days[item]!.set(today, sum);
    }
    strongest.clear();
  };
  for (let at = 0; at < stepItems.length; at++) {
    const day = dayNumber(stepTimes[at]!);
    if (day !== today) flush();
    today = day;
    strongest.set(stepItems[at]!, Math.max(strongest.get(stepItems[at]!) ?? 0, stepWeights[at]!));
  }
  flush();
}

/** The days of all these people, and nothing else of them: far cheaper than all counts. */
export function dayCountsOf(histories: readonly History[]): DayCounts {
  const ids = createIdMap();
  const days: Map<number, number>[] = [];
  for (const steps of histories) {
    const rows = personRowsOf(steps, (itemId: ItemId) => ids.add(itemId));
    while (days.length < ids.size()) days.push(new Map());
    countDays(days, rows, 1);
  }
  return { ids, days };
}

/** The first and the last day on which anything happened; null when nothing did. */
export function daySpan(days: readonly ReadonlyMap<number, number>[]): { first: number; last: number } | null {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const one of days) {
    for (const day of one.keys()) {
      first = Math.min(first, day);
      last = Math.max(last, day);
    }
  }
  return first <= last ? { first, last } : null;
}
