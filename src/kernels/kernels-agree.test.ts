import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { factorCholesky, invertCholesky, solveCholesky } from "./cholesky.ts";
import { cooccurrence, productOf } from "./cooccurrence.ts";
import { cooccurrencePlain, productPlain } from "./cooccurrence-plain.ts";
import { createSeededRandom } from "./seeded-random.ts";
import { invertDense, solveDense } from "./solve-dense.ts";
import { type LocalSystems, solveRows } from "./solve-rows.ts";
import { solveRowsPlain } from "./solve-rows-plain.ts";
import type { CountRows } from "./sparse-rows.ts";

// Each compiled kernel against its plain twin, and against itself with another number of threads.

const rowsOf = (lists: readonly (readonly number[])[], count: (row: number, column: number) => number): CountRows => {
  const starts = new Int32Array(lists.length + 1);
  const [columns, counts]: [number[], number[]] = [[], []];
  for (const [row, list] of lists.entries()) {
    for (const column of [...new Set(list)].sort((a, b) => a - b)) {
      columns.push(column);
      counts.push(count(row, column));
    }
    starts[row + 1] = columns.length;
  }
  return { starts, columns: Int32Array.from(columns), counts: Int32Array.from(counts) };
};

function randomRows(seed: number, rowCount: number, columnCount: number, longest: number): CountRows {
  const random = createSeededRandom(seed);
  const lists = Array.from({ length: rowCount }, () =>
    Array.from({ length: random.int(longest + 1) }, () => Math.floor(random.next() ** 2 * columnCount)),
  );
  return rowsOf(lists, () => 1 + random.int(3));
}

/** As toEqual, which takes seconds for a million numbers. */
function expectSame(actual: Readonly<Record<string, NodeJS.ArrayBufferView>>, expected: Readonly<Record<string, NodeJS.ArrayBufferView>>): void {
  const bytes = (view: NodeJS.ArrayBufferView) => Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  for (const [key, view] of Object.entries(actual)) expect(bytes(view).equals(bytes(expected[key]!)), key).toBe(true);
}

const people = fc.array(fc.array(fc.nat(200), { maxLength: 12 }), { maxLength: 30 });

describe("cooccurrence", () => {
  it("is the sum over people of all pairs", () => {
    fc.assert(
      fc.property(people, fc.integer({ min: 1, max: 2 }), (lists, threads) => {
        const rows = rowsOf(lists, (row, column) => 1 + ((row + column) % 3));
        const counted = cooccurrence(rows, 201, { threads });
        expect(counted).toEqual(cooccurrencePlain(rows, 201));
        const expected = lists.filter((list) => list.includes(3) && list.includes(7));
        const sum = expected.reduce((total, list) => total + (1 + ((lists.indexOf(list) + 3) % 3)) * (1 + ((lists.indexOf(list) + 7) % 3)), 0);
        const found = counted.columns.subarray(counted.starts[3]!, counted.starts[4]!).indexOf(7);
        if (new Set(lists.map((list) => list.join())).size === lists.length)
          expect(found < 0 ? 0 : counted.counts[counted.starts[3]! + found]).toBe(sum);
      }),
    );
  });

  it("of many rows is the same on any number of threads, and the plain one", () => {
    const rows = randomRows(1, 2000, 5000, 60);
    const one = cooccurrence(rows, 5000, { threads: 1 });
    for (const threads of [2, 3, 2]) expectSame(cooccurrence(rows, 5000, { threads }), one);
    expectSame(one, cooccurrencePlain(rows, 5000));
  });

  it("takes a product of two different matrices", () => {
    const [left, right] = [randomRows(2, 500, 700, 20), randomRows(3, 500, 9000, 30)];
    const expected = productPlain(left, 700, right, 9000);
    for (const threads of [1, 2]) expect(productOf(left, 700, right, 9000, { threads })).toEqual(expected);
  });

  it("of a million items needs no square", () => {
    const rows = randomRows(4, 1000, 1_000_000, 10);
    expectSame(cooccurrence(rows, 1_000_000), cooccurrencePlain(rows, 1_000_000));
  });

  it("of nothing is nothing", () => {
    expect(cooccurrence({ starts: Int32Array.of(0), columns: new Int32Array(), counts: new Int32Array() }, 0).starts).toEqual(Int32Array.of(0));
    expect(cooccurrence({ starts: Int32Array.of(0, 0), columns: new Int32Array(), counts: new Int32Array() }, 2).starts).toEqual(
      Int32Array.of(0, 0, 0),
    );
  });
});

/** Systems on the co-occurrences of random people, with content. */
function randomSystems(
  seed: number,
  { n, targets, most, content = true }: { n: number; targets: number; most: number; content?: boolean },
): LocalSystems {
  const random = createSeededRandom(seed);
  const { starts, columns, counts, diagonal } = cooccurrence(randomRows(seed, n, n, 30), n);
  const features = randomRows(seed + 1, n, 40, 4);
  const lists = Array.from({ length: targets }, () => Array.from({ length: random.int(most + 1) }, () => random.int(n)));
  const systems = rowsOf(lists, () => 1);
  return {
    matrix: { starts, columns, values: Float64Array.from(counts), diagonal: Float64Array.from(diagonal, (count) => count + 3) },
    content: content
      ? {
          starts: features.starts,
          features: features.columns,
          values: Float32Array.from(features.counts, (count) => count / 4),
          featureCount: 40,
          beta: 1.5,
        }
      : null,
    starts: systems.starts,
    items: systems.columns,
    rhs: Float64Array.from(systems.columns, () => random.normal()),
    rhs2: Float64Array.from(systems.columns, () => random.normal()),
  };
}

function expectClose(actual: Float64Array, expected: Float64Array, tolerance = 1e-9): void {
  let worst = 0;
  for (let at = 0; at < expected.length; at++) worst = Math.max(worst, Math.abs(actual[at]! - expected[at]!) / Math.max(1, Math.abs(expected[at]!)));
  expect(actual).toHaveLength(expected.length);
  expect(worst).toBeLessThan(tolerance);
}

describe("solve rows", () => {
  it("agrees with its plain twin, on sparse and on dense rows, to 1e-9; threads change no bit", () => {
    for (const sizes of [
      { n: 300, targets: 100, most: 60 },
      { n: 3000, targets: 300, most: 40 },
      { n: 50, targets: 30, most: 50, content: false },
    ]) {
      const systems = randomSystems(5, sizes);
      const [plain, one] = [solveRowsPlain(systems), solveRows(systems, { threads: 1 })];
      expectClose(one.weights, plain.weights);
      expectClose(one.weights2!, plain.weights2!);
      for (const threads of [2, 3]) expect(solveRows(systems, { threads })).toEqual(one);
      expect(solveRows({ ...systems, rhs2: null })).toEqual({ weights: one.weights, weights2: null });
    }
  });

  it("leaves no residual", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 17 }), (seed, most) => {
        const systems = randomSystems(seed, { n: 20, targets: 4, most });
        const { weights } = solveRows(systems);
        for (let target = 0; target < 4; target++) {
          for (let row = systems.starts[target]!; row < systems.starts[target + 1]!; row++) {
            let sum = 0;
            for (let column = systems.starts[target]!; column < systems.starts[target + 1]!; column++)
              sum += entryOf(systems, systems.items[row]!, systems.items[column]!) * weights[column]!;
            expect(sum).toBeCloseTo(systems.rhs[row]!, 7);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it("gives more ridge to what does not factor, and nothing to what never does", () => {
    const base = { starts: Int32Array.of(0, 2), items: Int32Array.of(0, 1), rhs: Float64Array.of(1, 1) };
    const pair = (value: number, diagonal: number) => ({
      starts: Int32Array.of(0, 1, 2),
      columns: Int32Array.of(1, 0),
      values: Float64Array.of(value, value),
      diagonal: Float64Array.of(diagonal, diagonal),
    });
    for (const solve of [solveRows, solveRowsPlain]) {
      expect(solve({ ...base, matrix: pair(1, 1) }).weights.every((weight) => Number.isFinite(weight) && weight > 0)).toBe(true);
      expect(solve({ ...base, matrix: pair(2, 1) }).weights.every(Number.isFinite)).toBe(true);
      expect(solve({ ...base, matrix: pair(Number.NaN, 1) }).weights).toEqual(Float64Array.of(0, 0));
    }
  });
});

function entryOf({ matrix, content }: LocalSystems, row: number, column: number): number {
  const at = matrix.columns.subarray(matrix.starts[row]!, matrix.starts[row + 1]!).indexOf(column);
  let sum = row === column ? matrix.diagonal[row]! : at < 0 ? 0 : matrix.values[matrix.starts[row]! + at]!;
  if (!content) return sum;
  for (let a = content.starts[row]!; a < content.starts[row + 1]!; a++)
    for (let b = content.starts[column]!; b < content.starts[column + 1]!; b++)
      if (content.features[a] === content.features[b]) sum += content.beta * content.values[a]! * content.values[b]!;
  return sum;
}

function positiveDefinite(seed: number, n: number): Float64Array {
  const { starts, columns, counts, diagonal } = cooccurrence(randomRows(seed, n, n, 20), n);
  const matrix = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) matrix[row * n + columns[at]!] = counts[at]!;
    matrix[row * n + row] = diagonal[row]! + 2;
  }
  return matrix;
}

describe("solve dense", () => {
  it.each([1, 2, 3, 4, 5, 31, 64, 65, 130, 257, 400])("of %i rows agrees with the plain Cholesky; threads change no bit", (n) => {
    const matrix = positiveDefinite(n, n);
    const factor = matrix.slice();
    factorCholesky(factor, n);
    const [one, two] = [matrix.slice(), matrix.slice()];
    expect(invertDense(one, n, { threads: 1 })).toBe(true);
    expectClose(one, invertCholesky(factor, n));
    expect(invertDense(two, n, { threads: 2 })).toBe(true);
    expect(two).toEqual(one);

    const random = createSeededRandom(n);
    const columns = 1 + (n % 7);
    const rhs = Float64Array.from({ length: n * columns }, () => random.normal());
    const [solved, solvedByTwo] = [rhs.slice(), rhs.slice()];
    expect(solveDense(matrix, n, solved, columns, { threads: 1 })).toBe(true);
    expect(solveDense(matrix, n, solvedByTwo, columns, { threads: 2 })).toBe(true);
    expect(solvedByTwo).toEqual(solved);
    for (let column = 0; column < columns; column++) {
      const expected = Float64Array.from({ length: n }, (_, row) => rhs[row * columns + column]!);
      solveCholesky(factor, n, expected);
      expectClose(
        Float64Array.from({ length: n }, (_, row) => solved[row * columns + column]!),
        expected,
      );
    }
  });

  it("says when a matrix is not positive definite, and leaves it", () => {
    const matrix = Float64Array.of(1, 2, 2, 1);
    expect(invertDense(matrix, 2)).toBe(false);
    expect(matrix).toEqual(Float64Array.of(1, 2, 2, 1));
  });
});
