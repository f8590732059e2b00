import type { EpochMs } from "#domain/clock.ts";

/** "20:00" to "09:00": by the clock of whoever is written to, over midnight where the end is the smaller. */
export type QuietHours = { readonly from: string; readonly to: string };

const minuteMs = 60_000;
const dayMinutes = 24 * 60;

/** Minutes since midnight there; null: there is no such time zone (IANA names, such as "Asia/Karachi"). */
export function localMinutes(timeZone: string, now: EpochMs): number | null {
  try {
    const parts = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(now);
    const of = (type: "hour" | "minute") => Number(parts.find((part) => part.type === type)!.value);
    return of("hour") * 60 + of("minute");
  } catch {
    return null;
  }
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** When the quiet hours that it is in the middle of end; null: it is not. `local`: minutes since midnight there. */
export function quietUntil({ from, to }: QuietHours, local: number, now: EpochMs): EpochMs | null {
  const [start, end] = [minutesOf(from), minutesOf(to)];
  const isQuiet = start <= end ? local >= start && local < end : local >= start || local < end;
  if (!isQuiet) return null;
  const left = (end - local + dayMinutes) % dayMinutes;
  return Math.floor(now / minuteMs) * minuteMs + left * minuteMs;
}
