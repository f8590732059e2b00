// What a cell looks like, judged from its text alone. Used to tell columns apart, never to read their values:
// that is done in SQL (time-sql.ts, number-sql.ts), over the whole file.

const isoTime = /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ].*)?$/;
const slashedTime = /^\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})([T ,].*)?$/;
const wordedTime = /^([A-Za-z]{3,9},? )?(\d{1,2}[ -][A-Za-z]{3,9}[ -,]+\d{2,4}|[A-Za-z]{3,9} \d{1,2},? \d{4})\b/;
const clockTime = /^\d{1,2}:\d{2}(:\d{2})?(\.\d+)?( ?[AaPp][Mm])?$/;
const plainNumber = /^[+-]?[^\w+-]{0,3}(\d[\d.,' ]*|\.\d+)([eE][+-]?\d+)?[^\w]{0,3}$/;

export function looksLikeTime(text: string): boolean {
  return isoTime.test(text) || slashedTime.test(text) || wordedTime.test(text) || looksLikeStamp(text);
}

export function looksLikeClock(text: string): boolean {
  return clockTime.test(text);
}

export function looksLikeNumber(text: string): boolean {
  return plainNumber.test(text);
}

export function looksLikeCurrency(text: string): boolean {
  return /^[A-Za-z]{3}$/.test(text) || /^\p{Sc}$/u.test(text);
}

/** yyyymmdd, or a count of seconds, milli- or microseconds that falls between 1990 and 2100. */
function looksLikeStamp(text: string): boolean {
  if (/^(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])(\d{4}|\d{6})?$/.test(text)) return true;
  const number = /^\d{9,19}(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return [1, 1e3, 1e6, 1e9].some((unit) => number / unit > 631_152_000 && number / unit < 4_102_444_800);
}

/** The share of the filled cells that pass; 0 when none is filled. */
export function shareOf(values: readonly (string | null)[], passes: (text: string) => boolean): number {
  const filled = values.filter((value) => value !== null && value !== "");
  return filled.length === 0 ? 0 : filled.filter((value) => passes(value as string)).length / filled.length;
}
