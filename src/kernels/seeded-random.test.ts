import { describe, expect, it } from "vitest";
import { createSeededRandom } from "./seeded-random.ts";

const draw = (seed: number, count: number) => {
  const random = createSeededRandom(seed);
  return Array.from({ length: count }, () => random.next());
};
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("seeded random", () => {
  it("repeats itself for one seed and differs for the next", () => {
    expect(draw(7, 50)).toEqual(draw(7, 50));
    expect(draw(7, 50)).not.toEqual(draw(8, 50));
  });

  it("is uniform in [0, 1)", () => {
    const values = draw(1, 20_000);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(mean(values)).toBeCloseTo(0.5, 2);
    const buckets = new Array<number>(10).fill(0);
    for (const value of values) buckets[Math.floor(value * 10)]!++;
    for (const count of buckets) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  it("starts differently for neighbouring seeds", () => {
    const firsts = Array.from({ length: 1000 }, (_, seed) => draw(seed, 1)[0] as number);
    expect(mean(firsts)).toBeCloseTo(0.5, 1);
    expect(new Set(firsts).size).toBe(1000);
  });

  it("draws normals with mean 0 and deviation 1", () => {
    const random = createSeededRandom(3);
    const values = Array.from({ length: 20_000 }, () => random.normal());
    expect(mean(values)).toBeCloseTo(0, 1);
    expect(mean(values.map((value) => value * value))).toBeCloseTo(1, 1);
    expect(values.every(Number.isFinite)).toBe(true);
  });

  it.each([0, 0.3, 4, 80])("draws Poisson counts with mean %d", (expected) => {
    const random = createSeededRandom(4);
    const values = Array.from({ length: 20_000 }, () => random.poisson(expected));
    expect(Math.abs(mean(values) - expected)).toBeLessThan(0.02 * expected + 0.02);
    expect(values.every((value) => Number.isInteger(value) && value >= 0)).toBe(true);
  });

  it("draws by weight, never a weight of zero or less", () => {
    const random = createSeededRandom(5);
    const counts = [0, 0, 0, 0];
    for (let round = 0; round < 10_000; round++) counts[random.weighted([1, 0, 3, -2])]!++;
    expect(counts[1]! + counts[3]!).toBe(0);
    expect(counts[2]! / counts[0]!).toBeGreaterThan(2.7);
    expect(counts[2]! / counts[0]!).toBeLessThan(3.3);
    expect(random.weighted([0, -1])).toBe(-1);
    expect(random.weighted([])).toBe(-1);
  });

  it("shuffles a copy and keeps every entry", () => {
    const values = Array.from({ length: 100 }, (_, at) => at);
    const shuffled = createSeededRandom(6).shuffle(values);
    expect(shuffled).not.toEqual(values);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(values);
    expect(values[0]).toBe(0);
  });

  it("picks only what is there", () => {
    const random = createSeededRandom(9);
    expect(new Set(Array.from({ length: 200 }, () => random.pick(["a", "b", "c"])))).toEqual(new Set(["a", "b", "c"]));
    expect(() => random.pick([])).toThrow();
  });
});
