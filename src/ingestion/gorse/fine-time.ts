import type { FineTime } from "#storage/ports/gorse-store.ts";

/** Year 1 in UTC: how Go says that there is no time. */
const goZeroMs = Date.UTC(2001, 0, 1) - 63_113_904_000_000;
const lastMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** No way of writing a time is longer; a longer text is not looked at. */
const longestTime = 100;

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const zonePattern = String.raw`(?:\s*(Z|z|UTC|GMT)|\s*([+-]\d{2}):?(\d{2})?)?(?:\s+[A-Z]{2,5})?`;
const clockPattern = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9})\d*)?)?\s*([AaPp][Mm])?${zonePattern}`;
const shapes: readonly {
  readonly pattern: RegExp;
  readonly date: (parts: readonly string[]) => readonly [year: number, month: number, day: number];
}[] = [
  // 2022-02-24, 2022/2/24, 2022.02.24, 2022-02 and 2022
  {
    pattern: /^(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?$/,
    date: ([, year, month, day]) => [Number(year), Number(month ?? 1), Number(day ?? 1)],
  },
  { pattern: /^(\d{4})(\d{2})(\d{2})$/, date: ([, year, month, day]) => [Number(year), Number(month), Number(day)] },
  // 24-Feb-2022, 24 February 2022
  {
    pattern: /^(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})[-\s]([A-Za-z]{3,9})[-\s,]+(\d{4})$/,
    date: ([, day, month, year]) => [Number(year), monthOf(month!), Number(day)],
  },
  // Feb 24, 2022
  {
    pattern: /^(?:[A-Za-z]{3,9},?\s+)?([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$/,
    date: ([, month, day, year]) => [Number(year), monthOf(month!), Number(day)],
  },
  // 2/24/2022: the month first, as the parser that Gorse uses reads it.
  { pattern: /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/, date: ([, month, day, year]) => [Number(year), Number(month), Number(day)] },
];
const compactClock = new RegExp(`^(\\d{8})T?(\\d{2})(\\d{2})(\\d{2})?${zonePattern}$`);
const withClock = new RegExp(`^(.*?)(?:[Tt]|,?\\s+)${clockPattern}$`);

const monthOf = (name: string): number => months.indexOf(name.slice(0, 3).toLowerCase()) + 1;

/**
 * Reads a time as loosely as Gorse does: RFC 3339, dates with and without a clock, a number of seconds, milliseconds, microseconds or
 * nanoseconds. An empty text is no time. Undefined for what is none.
 */
export function parseFineTime(text: string): FineTime | undefined {
  if (text.length > longestTime) return undefined;
  // "Thu Feb 24 2022 10:11:12 GMT+0200 (CEST)" and "Thu Feb 24 10:11:12 2022" are the same words in other places.
  const trimmed = text
    .trim()
    .replace(/\s*\([^()]*\)$/, "")
    .replace(/(?:GMT|UTC)([+-]\d)/, "$1")
    .replace(/^([A-Za-z]{3},? [A-Za-z]{3} +\d{1,2}) (\d{1,2}:\d{2}:\d{2})((?: [A-Z]{3,4})?) (\d{4})$/, "$1 $4 $2$3");
  if (trimmed === "") return null;
  if (/^\d{9,19}$/.test(trimmed) && !/^(19|20)\d{12}$/.test(trimmed)) return ofUnix(trimmed);
  const compact = compactClock.exec(trimmed);
  if (compact !== null) {
    const [, date, hour, minute, second, utc, zoneHour, zoneMinute] = compact;
    return put(dateOf(date!), [Number(hour), Number(minute), Number(second ?? 0)], "", zoneOf(utc, zoneHour, zoneMinute));
  }
  const clocked = withClock.exec(trimmed);
  if (clocked === null) return put(dateOf(trimmed), [0, 0, 0], "", 0);
  const [, date, hour, minute, second, fraction, half, utc, zoneHour, zoneMinute] = clocked;
  return put(dateOf(date!), [hourOf(Number(hour), half), Number(minute), Number(second ?? 0)], fraction ?? "", zoneOf(utc, zoneHour, zoneMinute));
}

/** How Go prints it in JSON: RFC 3339 in UTC, the fraction without trailing zeros. */
export function printFineTime(time: FineTime): string {
  if (time === null) return "0001-01-01T00:00:00Z";
  const seconds = Math.floor(time.ms / 1000);
  const fraction = String((time.ms - seconds * 1000) * 1_000_000 + time.nanos).padStart(9, "0");
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}${`.${fraction}`.replace(/\.?0+$/, "")}Z`;
}

/** Seconds since 1970, as Go's `Unix()` counts them: far below zero where there is no time. */
export const unixSeconds = (time: FineTime): number => Math.floor((time?.ms ?? goZeroMs) / 1000);

export function fineTimeOf(ms: number, nanos = 0): FineTime | undefined {
  if (!(ms >= goZeroMs && ms <= lastMs)) return undefined;
  return ms === goZeroMs && nanos === 0 ? null : { ms, nanos };
}

function ofUnix(digits: string): FineTime | undefined {
  const nanos = BigInt(digits) * 10n ** BigInt(digits.length <= 11 ? 9 : digits.length <= 14 ? 6 : digits.length <= 17 ? 3 : 0);
  return fineTimeOf(Number(nanos / 1_000_000n), Number(nanos % 1_000_000n));
}

function dateOf(text: string): readonly [number, number, number] | undefined {
  for (const { pattern, date } of shapes) {
    const parts = pattern.exec(text.trim());
    if (parts !== null) return date(parts as unknown as readonly string[]);
  }
  return undefined;
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return Number.NaN;
  return (hour % 12) + (half.toLowerCase() === "pm" ? 12 : 0);
}

function zoneOf(_utc: string | undefined, hour: string | undefined, minute: string | undefined): number {
  if (hour === undefined) return 0;
  const minutes = Math.abs(Number(hour)) * 60 + Number(minute ?? 0);
  return hour.startsWith("-") ? -minutes : minutes;
}

function put(
  date: readonly [number, number, number] | undefined,
  [hour, minute, second]: readonly [number, number, number],
  fraction: string,
  zoneMinutes: number,
): FineTime | undefined {
  if (date === undefined || !(hour <= 23) || minute > 59 || second > 59 || Math.abs(zoneMinutes) > 24 * 60) return undefined;
  const [year, month, day] = date;
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  // The 30th of February is no date.
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined;
  const nanos = Number(fraction.padEnd(9, "0"));
  const ms = midnight.getTime() + ((hour * 60 + minute - zoneMinutes) * 60 + second) * 1000 + Math.floor(nanos / 1_000_000);
  return fineTimeOf(ms, nanos % 1_000_000);
}
