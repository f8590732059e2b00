import { createSeededRandom } from "#kernels/seeded-random.ts";

/** A mean and where it would lie in 95 of 100 repetitions. */
export type Interval = { readonly mean: number; readonly low: number; readonly high: number };

const resamples = 1000;
const tails = [0.025, 0.975] as const;

export type Bootstrap = {
  intervalOf(column: number): Interval;
  /** `column` − `other`, unit by unit; `p`: how often chance alone would make the sign doubtful, two-sided. */
  differenceOf(column: number, other: number): Interval & { readonly p: number };
};

/** What was measured once for each model: sums over the questions of each unit, and what makes a metric of their mean. */
export type Column = { readonly sums: Float64Array; readonly finish?: (mean: number) => number };

/**
 * Percentile bootstrap over units (Efron & Tibshirani 1993, ch. 13). `columns[c].sums[unit]`, `counts[unit]`: how many
 * values each sum is of. Units are persons or sessions, because what is measured on one of them hangs together. All
 * columns are drawn with the same units each time, so that differences between them are paired. The same seed gives
 * the same numbers.
 */
export function bootstrap(columns: readonly Column[], counts: Float64Array, seed: number): Bootstrap {
  const random = createSeededRandom(seed);
  const units = counts.length;
  const finished = columns.map(({ finish }) => finish ?? ((mean: number) => mean));
  const total = sumOf(counts);
  const centers = columns.map(({ sums }, at) => (total === 0 ? 0 : finished[at]!(sumOf(sums) / total)));
  const drawn = columns.map(() => new Float64Array(resamples));
  const times = new Uint32Array(units);
  for (let sample = 0; sample < resamples; sample++) {
    times.fill(0);
    for (let draws = 0; draws < units; draws++) times[random.int(units)]!++;
    const weight = weighted(times, counts);
    for (const [at, { sums }] of columns.entries()) drawn[at]![sample] = weight === 0 ? 0 : finished[at]!(weighted(times, sums) / weight);
  }
  const around = (center: number, sampled: Float64Array): Interval => {
    const sorted = sampled.toSorted();
    return { mean: center, low: quantile(sorted, tails[0]), high: quantile(sorted, tails[1]) };
  };
  return {
    intervalOf: (column) => around(centers[column]!, drawn[column]!),
    differenceOf(column, other) {
      const differences = drawn[column]!.map((value, sample) => value - drawn[other]![sample]!);
      const atMost = differences.filter((value) => value <= 0).length / resamples;
      const atLeast = differences.filter((value) => value >= 0).length / resamples;
      return { ...around(centers[column]! - centers[other]!, differences), p: Math.min(1, 2 * Math.min(atMost, atLeast)) };
    },
  };
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at]!;
  return sum;
}

function weighted(times: Uint32Array, values: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += times[at]! * values[at]!;
  return sum;
}

/** Between the two nearest of the sorted values, in proportion. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
