import type { SeededRandom } from "#kernels/seeded-random.ts";

export type Params = Readonly<Record<string, number>>;

/** What one parameter may be: any of a list, or anything between two bounds, evenly or evenly in its logarithm. */
export type ParamRange =
  | { readonly kind: "choice"; readonly values: readonly number[] }
  | { readonly kind: "linear" | "log"; readonly low: number; readonly high: number; readonly integer?: boolean };

export type ParamSpace = Readonly<Record<string, ParamRange>>;

/** One value drawn from a range. */
export function drawParam(range: ParamRange, random: SeededRandom): number {
  return range.kind === "choice" ? random.pick(range.values) : valueAt(range, random.next());
}

/**
 * A value near another: in a range, moved by about `reach` of its width (0 to 1); in a list, a neighbour, or the nearest
 * where the value is not in the list.
 */
export function nearbyParam(range: ParamRange, value: number, reach: number, random: SeededRandom): number {
  if (range.kind !== "choice") return valueAt(range, shareAt(range, value) + reach * random.normal());
  const others = range.values.filter((other) => other !== value).sort((a, b) => a - b);
  if (others.length === 0) return value;
  const above = others.findIndex((other) => other > value);
  const [lower, upper] = above < 0 ? [others.at(-1)!, others.at(-1)!] : [others[Math.max(0, above - 1)]!, others[above]!];
  return random.next() < 0.5 ? lower : upper;
}

type Bounds = Exclude<ParamRange, { kind: "choice" }>;

function valueAt({ kind, low, high, integer }: Bounds, share: number): number {
  const within = Math.min(1, Math.max(0, share));
  const value = kind === "log" ? low * (high / low) ** within : low + (high - low) * within;
  // Three significant digits: a result that people copy should not look more precise than it is.
  return integer === true ? Math.round(value) : Number(value.toPrecision(3));
}

/** Where in its range a value lies: 0 at the low end, 1 at the high one. */
function shareAt({ kind, low, high }: Bounds, value: number): number {
  if (high === low) return 0;
  const share = kind === "log" ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
}

/** One value for each parameter of the space. */
export function drawParams(space: ParamSpace, random: SeededRandom): Params {
  return Object.fromEntries(Object.entries(space).map(([name, range]) => [name, drawParam(range, random)]));
}

/** How far beyond the range that is searched a value may still be asked for: defaults and experience may lie outside. */
const leeway = 100;

/** Null when the value may be used, otherwise what is wrong with it. */
export function paramFault(space: ParamSpace, name: string, value: number): string | null {
  if (!Object.hasOwn(space, name)) return `there is no parameter ${name}; there are ${Object.keys(space).join(", ") || "none"}`;
  const range = space[name]!;
  if (!Number.isFinite(value)) return `${name} must be a finite number`;
  const bounds = range.kind === "choice" ? { low: Math.min(...range.values), high: Math.max(...range.values) } : range;
  const whole = range.kind === "choice" ? range.values.every(Number.isInteger) : range.integer === true;
  if (whole && !Number.isInteger(value)) return `${name} must be a whole number`;
  if (bounds.low >= 0 && value < 0) return `${name} must not be negative`;
  const most = leeway * Math.max(Math.abs(bounds.low), Math.abs(bounds.high));
  return Math.abs(value) > most ? `${name} must be at most ${most}; usual are ${bounds.low} to ${bounds.high}` : null;
}
