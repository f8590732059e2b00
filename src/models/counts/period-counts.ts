import { createPairTable, type PairTable } from "#kernels/pair-table.ts";
import { createOwnCounts, type OwnCounts } from "./own-counts.ts";

/** What was counted in one period: G, A and C; see `PairStatistics` for the units. */
export type PeriodCounts = {
  /** Of two items: both, near, which first. */
  readonly pairs: PairTable;
  /** Of an item with itself. */
  readonly own: OwnCounts;
};

/** Period number → counts; a period in which everything was taken away again may still be there. */
export type Periods = Map<number, PeriodCounts>;

export function countsOfPeriod(periods: Periods, period: number, pairs = 16, own = 16): PeriodCounts {
  let counts = periods.get(period);
  if (counts === undefined) {
    counts = { pairs: createPairTable(pairs), own: createOwnCounts(own) };
    periods.set(period, counts);
  }
  return counts;
}

/** The periods in which anything is counted, in order of time. */
export function livePeriods(periods: Periods): (PeriodCounts & { readonly period: number })[] {
  const live = [...periods].filter(([, { own, pairs }]) => !own.isEmpty() || pairs.size() > 0);
  return live.sort(([a], [b]) => a - b).map(([period, counts]) => ({ period, ...counts }));
}

/** How many pairs are counted; one that was counted in two periods counts twice. */
export function pairsIn(periods: Periods): number {
  let sum = 0;
  for (const { pairs } of periods.values()) sum += pairs.size();
  return sum;
}
