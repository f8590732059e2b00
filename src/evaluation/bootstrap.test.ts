import { describe, expect, it } from "vitest";
import { createSeededRandom } from "#kernels/seeded-random.ts";
import { bootstrap } from "./bootstrap.ts";

/** Each value a unit of its own. */
const draw = (columns: readonly Float64Array[], seed: number) =>
  bootstrap(
    columns.map((sums) => ({ sums })),
    new Float64Array(columns[0]!.length).fill(1),
    seed,
  );

describe("bootstrap", () => {
  it("holds the true mean about 95 times in 100", () => {
    const random = createSeededRandom(7);
    const worlds = 300;
    let held = 0;
    for (let world = 0; world < worlds; world++) {
      // A hit rate of 0.3 from 80 cases.
      const sample = Float64Array.from({ length: 80 }, () => (random.next() < 0.3 ? 1 : 0));
      const { low, high } = draw([sample], world).intervalOf(0);
      if (low <= 0.3 && 0.3 <= high) held++;
    }
    expect(held / worlds).toBeGreaterThan(0.9);
    expect(held / worlds).toBeLessThan(0.99);
  });

  it("the same seed gives the same numbers, another seed others", () => {
    const column = Float64Array.from({ length: 50 }, (_, at) => (at * 7) % 11);
    expect(draw([column], 3).intervalOf(0)).toEqual(draw([column], 3).intervalOf(0));
    expect(draw([column], 3).intervalOf(0)).not.toEqual(draw([column], 4).intervalOf(0));
  });

  it("is as wide as the normal approximation says", () => {
    const random = createSeededRandom(1);
    const column = Float64Array.from({ length: 400 }, () => random.normal());
    const { mean, low, high } = draw([column], 1).intervalOf(0);
    const error = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0)) / column.length;
    expect((high - low) / (2 * 1.96 * error)).toBeCloseTo(1, 0.8);
  });

  it("pairs: a small but steady advantage shows where the intervals overlap", () => {
    const random = createSeededRandom(2);
    const plain = Float64Array.from({ length: 100 }, () => random.next());
    const better = plain.map((value) => value + 0.02);
    const drawn = draw([plain, better], 1);
    expect(drawn.intervalOf(0).high).toBeGreaterThan(drawn.intervalOf(1).low);
    const difference = drawn.differenceOf(1, 0);
    expect(difference.low).toBeCloseTo(0.02, 9);
    expect(difference.p).toBe(0);
    expect(drawn.differenceOf(0, 0)).toMatchObject({ mean: 0, low: 0, high: 0, p: 1 });
  });

  it("units of several values: their mean is over the values, and they are drawn together", () => {
    const random = createSeededRandom(3);
    // 100 persons with 4 equal values each: as uncertain as 100 values, not as 400.
    const single = Float64Array.from({ length: 100 }, () => random.normal());
    const four = single.map((value) => 4 * value);
    const { mean, low, high } = bootstrap([{ sums: four }], new Float64Array(100).fill(4), 1).intervalOf(0);
    expect({ mean, low, high }).toEqual(draw([single], 1).intervalOf(0));
    expect(bootstrap([{ sums: Float64Array.of(1, 0) }], Float64Array.of(1, 3), 1).intervalOf(0).mean).toBe(1 / 4);
    expect(bootstrap([{ sums: Float64Array.of(8, 8), finish: Math.sqrt }], Float64Array.of(2, 2), 1).intervalOf(0)).toEqual({
      mean: 2,
      low: 2,
      high: 2,
    });
  });
});
