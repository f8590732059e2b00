import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { factorCholesky, invertCholesky, solveCholesky } from "./cholesky.ts";
import { createPairCounts } from "./pair-counts.ts";

describe("pair counts", () => {
  const change = fc.tuple(fc.nat(40), fc.nat(40), fc.integer({ min: -5, max: 5 })).filter(([a, b]) => a !== b);

  it("agree with a map, whatever is added and taken away", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 400 }), (changes) => {
        const counts = createPairCounts(1);
        const expected = new Map<string, number>();
        for (const [a, b, amount] of changes) {
          counts.add(a, b, amount);
          const key = `${Math.min(a, b)},${Math.max(a, b)}`;
          expected.set(key, (expected.get(key) ?? 0) + amount);
        }
        const live = new Map([...expected].filter(([, count]) => count !== 0));
        const seen = new Map<string, number>();
        counts.forEach((low, high, count) => void seen.set(`${low},${high}`, count));
        expect(seen).toEqual(live);
        expect(counts.size()).toBe(live.size);
        for (const [key, count] of expected) expect(counts.get(...(key.split(",").map(Number) as [number, number]))).toBe(count);
      }),
    );
  });

  it("hold large indices apart", () => {
    const counts = createPairCounts();
    counts.add(60_000_000, 1, 2);
    counts.add(1, 59_999_999, 3);
    expect([counts.get(1, 60_000_000), counts.get(59_999_999, 1), counts.get(0, 1)]).toEqual([2, 3, 0]);
  });
});

describe("cholesky", () => {
  const positiveDefinite = fc.integer({ min: 1, max: 12 }).chain((n) =>
    fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: n * n, maxLength: n * n }).map((values) => {
      const matrix = new Float64Array(n * n);
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) for (let k = 0; k < n; k++) matrix[i * n + j]! += values[i * n + k]! * values[j * n + k]! + (i === j ? 1 / n : 0);
      return { n, matrix };
    }),
  );

  it("solves and inverts", () => {
    fc.assert(
      fc.property(positiveDefinite, ({ n, matrix }) => {
        const factor = matrix.slice();
        expect(factorCholesky(factor, n)).toBe(true);
        const x = Float64Array.from({ length: n }, (_, index) => index + 1);
        const b = Float64Array.from({ length: n }, (_, row) => x.reduce((sum, value, column) => sum + matrix[row * n + column]! * value, 0));
        solveCholesky(factor, n, b);
        for (let index = 0; index < n; index++) expect(b[index]).toBeCloseTo(x[index]!, 6);
        const inverse = invertCholesky(factor, n);
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) {
            let product = 0;
            for (let k = 0; k < n; k++) product += matrix[i * n + k]! * inverse[k * n + j]!;
            expect(product).toBeCloseTo(i === j ? 1 : 0, 6);
          }
      }),
    );
  });

  it("says when a matrix is not positive definite", () => {
    expect(factorCholesky(Float64Array.of(1, 2, 2, 1), 2)).toBe(false);
  });
});
