import { daySpan } from "../counts/count-days.ts";

/** Days the window reaches back from the last day on which anything happened in the shop. */
export const windowDays = 28;

/** What happened within the window; the days before it count a hundredth, so that nothing ties at zero. */
export function lately(days: ReadonlyMap<number, number>, lastDay: number, window: number): number {
  return sumOf(days, lastDay - window + 1, lastDay) + sumOf(days, Number.NEGATIVE_INFINITY, lastDay - window) / 100;
}

export function sumOf(days: ReadonlyMap<number, number>, from: number, to: number): number {
  let sum = 0;
  for (const [day, weight] of days) if (day >= from && day <= to) sum += weight;
  return sum;
}

/** Popularity of the last weeks as a share of the highest, per item. */
export function popularityOf(days: readonly ReadonlyMap<number, number>[]): Float32Array {
  const lastDay = daySpan(days)?.last ?? 0;
  const raw = Float64Array.from(days, (one) => lately(one, lastDay, windowDays));
  const highest = raw.reduce((a, b) => Math.max(a, b), 0) || 1;
  return Float32Array.from(raw, (one) => one / highest);
}
