import type { EpochMs } from "#domain/clock.ts";

/** So many calendar months later, at the same time of day (UTC); the last day of a month that is too short. */
export function addMonths(at: EpochMs, months: number): EpochMs {
  const date = new Date(at);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return date.getTime();
}
