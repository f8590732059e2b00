import type { SeededRandom } from "#kernels/seeded-random.ts";

export type Params = Readonly<Record<string, number>>;

/** What one parameter may be: any of a list, or anything between two bounds, evenly or evenly in its logarithm. */
export type ParamRange =
  | { readonly kind: "choice"; readonly values: readonly number[] }
  | { readonly kind: "linear" | "log"; readonly low: number; readonly high: number; readonly integer?: boolean };

export type ParamSpace = Readonly<Record<string, ParamRange>>;

/** One value drawn from a range. */
export function drawParam(range: ParamRange, random: SeededRandom): number {
  if (range.kind === "choice") return random.pick(range.values);
  const share = random.next();
  const value = range.kind === "log" ? range.low * (range.high / range.low) ** share : range.low + (range.high - range.low) * share;
  // Three significant digits: a result that people copy should not look more precise than it is.
  return range.integer === true ? Math.round(value) : Number(value.toPrecision(3));
}

/** One value for each parameter of the space. */
export function drawParams(space: ParamSpace, random: SeededRandom): Params {
  return Object.fromEntries(Object.entries(space).map(([name, range]) => [name, drawParam(range, random)]));
}

/** Null when the value may be used, otherwise what is wrong with it. */
export function paramFault(space: ParamSpace, name: string, value: number): string | null {
  const range = space[name];
  if (range === undefined) return `there is no parameter ${name}; there are ${Object.keys(space).join(", ") || "none"}`;
  if (!Number.isFinite(value)) return `${name} must be a finite number`;
  return null;
}
