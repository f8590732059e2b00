// The console speaks English, so numbers and dates do too, whatever the browser's language.
const locale = "en-GB";

const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
const minute = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
const second = new Intl.DateTimeFormat(locale, {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

export const noValue = "–";

export function formatCount(value: number): string {
  return whole.format(value);
}

export function formatNumber(value: number, significantDigits = 4): string {
  return new Intl.NumberFormat(locale, { maximumSignificantDigits: significantDigits }).format(value);
}

/** A share of a whole; there is none of nothing. */
export function formatRate(part: number, all: number): string {
  return all > 0 ? percent.format(part / all) : noValue;
}

/** With its sign, and as many decimals as make the column line up. */
export function formatSigned(value: number, decimals: number): string {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals, signDisplay: "exceptZero" }).format(value);
}

function formatWhen(format: Intl.DateTimeFormat, iso: string | null): string {
  const at = iso === null ? Number.NaN : Date.parse(iso);
  return Number.isNaN(at) ? noValue : format.format(at);
}

export const formatDay = (iso: string | null) => formatWhen(day, iso);
export const formatMinute = (iso: string | null) => formatWhen(minute, iso);
export const formatSecond = (iso: string | null) => formatWhen(second, iso);

export function formatSpan(from: string | null, to: string | null): string {
  if (from === null || to === null) return "none yet";
  const [first, last] = [formatDay(from), formatDay(to)];
  return first === last ? first : `${first} to ${last}`;
}

export function formatMoney(amount: number, currency: string | null): string {
  try {
    if (currency) return new Intl.NumberFormat(locale, { style: "currency", currency }).format(amount);
  } catch {
    // Not a currency code the browser can write: the number and the code as they came say as much.
  }
  return `${new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(amount)} ${currency ?? ""}`.trim();
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${whole.format(bytes)} bytes`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(Math.floor(Math.log(bytes) / Math.log(1024)), units.length);
  return `${formatNumber(bytes / 1024 ** power, 3)} ${units[power - 1]}`;
}

export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${formatNumber(seconds, seconds < 10 ? 2 : 3)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
