import { dayMs } from "#domain/clock.ts";

/** Days of one period: counts are kept apart by half years, so that old ones can weigh less when a model is made. */
export const periodDays = 182;
/**
 * Nothing fades below this: what sold years ago is still known to have sold, and a model's systems stay well conditioned.
 * With it the weights of an old shop are of a few different sizes only.
 */
const faintest = 1 / 8;

/** The number of the period that holds this time. */
export function periodOf(at: number): number {
  return Math.floor(at / (periodDays * dayMs));
}

/** What a count of each period weighs. */
export type Fading = (period: number) => number;

/**
 * A half for each half-life between a period and the latest one in which anybody did anything; not the calendar: a shop
 * that rests forgets nothing, and weights change twice a year only. 0: nothing fades.
 *
 * A pair is filed under the earlier of its two periods. Then each person's pairs weigh min(wᵢ, wⱼ), which is a positive
 * definite kernel of the weights, so G and A stay what a regression needs (Schur).
 */
export function fadingOf(latestPeriod: number, halfLifeDays: number): Fading {
  if (!(halfLifeDays > 0)) return () => 1;
  return (period) => Math.max(faintest, 2 ** (-(Math.max(0, latestPeriod - period) * periodDays) / halfLifeDays));
}
