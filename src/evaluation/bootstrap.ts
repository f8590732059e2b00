import { createSeededRandom } from "#kernels/seeded-random.ts";
import { mean } from "./metrics.ts";

/** A mean and where it would lie in 95 of 100 repetitions. */
export type Interval = { readonly mean: number; readonly low: number; readonly high: number };

const resamples = 1000;
const tails = [0.025, 0.975] as const;

export type Bootstrap = {
  intervalOf(column: number): Interval;
  /** Mean of `column` − `other`, case by case; `p`: how often chance alone would make the sign doubtful, two-sided. */
  differenceOf(column: number, other: number): Interval & { readonly p: number };
};

/**
 * Percentile bootstrap over cases (Efron & Tibshirani 1993, ch. 13). `columns[c][case]`: all columns are drawn with
 * the same cases each time, so that differences between them are paired. The same seed gives the same numbers.
 */
export function bootstrap(columns: readonly Float64Array[], seed: number): Bootstrap {
  const random = createSeededRandom(seed);
  const cases = columns[0]?.length ?? 0;
  const means = columns.map(() => new Float64Array(resamples));
  const times = new Uint32Array(cases);
  for (let sample = 0; sample < resamples; sample++) {
    times.fill(0);
    for (let drawn = 0; drawn < cases; drawn++) times[random.int(cases)]!++;
    for (const [at, column] of columns.entries()) {
      let sum = 0;
      for (let one = 0; one < cases; one++) sum += times[one]! * column[one]!;
      means[at]![sample] = cases === 0 ? 0 : sum / cases;
    }
  }
  const around = (center: number, sampled: Float64Array): Interval => {
    const sorted = sampled.toSorted();
    return { mean: center, low: quantile(sorted, tails[0]), high: quantile(sorted, tails[1]) };
  };
  return {
    intervalOf: (column) => around(mean(columns[column]!), means[column]!),
    differenceOf(column, other) {
      const differences = means[column]!.map((value, sample) => value - means[other]![sample]!);
      const atMost = differences.filter((value) => value <= 0).length / resamples;
      const atLeast = differences.filter((value) => value >= 0).length / resamples;
      return { ...around(mean(columns[column]!) - mean(columns[other]!), differences), p: Math.min(1, 2 * Math.min(atMost, atLeast)) };
    },
  };
}

/** Between the two nearest of the sorted values, in proportion. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
