import { cooccurrence } from "#kernels/cooccurrence.ts";
import { factorizeImplicit } from "#kernels/factorize-implicit.ts";
import { createSeededRandom } from "#kernels/seeded-random.ts";
import { invertDense } from "#kernels/solve-dense.ts";
import { type LocalSystems, solveRows } from "#kernels/solve-rows.ts";
import { type CountRows, transposed } from "#kernels/sparse-rows.ts";
import { topK } from "#kernels/top-k.ts";
import { compileCPeer } from "../support/c-peer.ts";
import { drawRows } from "../support/draw-rows.ts";
import { median, round } from "../support/median.ts";
import { report } from "../support/report.ts";

// Each compiled kernel, called as the product calls it (copies in and out included), against the same algorithm in C on
// the same input, turn about in one run. The ratio is C's time over ours: 1 is as fast, 0.5 takes twice as long.

const seed = 1;
const threads = Number(process.env.RAPPORT_KERNEL_THREADS ?? 2);
const rounds = Number(process.env.RAPPORT_BENCH_ROUNDS ?? 5);
const turns = 3;
const [people, items, events] = [6000, 3400, 1_000_000];
const neighbours = 100;
const denseSize = 2000;
const als = { factors: 64, blockSize: 64, unobserved: 0.1, regularization: 0.003 };

const random = createSeededRandom(seed);
const rows = drawRows(random, people, items, events);
const systems = systemsOf(rows);
const matrix = denseOf(systems.matrix, denseSize);
const weights = Float32Array.from(rows.counts, (count) => count / 3);

type Case = {
  readonly name: string;
  ours(turns: number): { times: number[]; checksum: number };
  readonly inputs: () => (Int32Array | Float32Array | Float64Array)[];
};

const cases: readonly Case[] = [
  {
    name: "cooccurrence",
    ours: (count) =>
      timed(
        count,
        () => cooccurrence(rows, items, { threads }),
        ({ counts }) => weightedSum(counts),
      ),
    inputs: () => [Int32Array.of(items), rows.starts, rows.columns, rows.counts],
  },
  {
    name: "solve-rows",
    ours: (count) =>
      timed(
        count,
        () => solveRows(systems, { threads }),
        ({ weights, weights2 }) => weightedSum(weights) + weights2!.reduce((sum, value) => sum + value, 0),
      ),
    inputs: () => [
      ...[systems.matrix.starts, systems.matrix.columns, systems.matrix.values, systems.matrix.diagonal, systems.starts, systems.items],
      ...[systems.rhs, systems.rhs2!, systems.content!.starts, systems.content!.features, systems.content!.values],
      ...[Int32Array.of(systems.content!.featureCount), Float64Array.of(systems.content!.beta)],
    ],
  },
  {
    name: "solve-dense",
    ours(count) {
      const copy = new Float64Array(matrix.length);
      return timed(
        count,
        () => {
          copy.set(matrix);
          if (!invertDense(copy, denseSize, { threads })) throw new Error("not positive definite");
          return copy;
        },
        weightedSum,
      );
    },
    inputs: () => [Int32Array.of(denseSize), matrix],
  },
  {
    name: "ials",
    ours(count) {
      const times: number[] = [];
      const clock = { now: () => performance.now(), epoch: (ms: number) => void times.push(ms) };
      const { values } = factorizeImplicit({ ...rows, weights }, items, { ...als, epochs: count, clock }, createSeededRandom(seed), { threads });
      return { times, checksum: weightedSum(values.map(Math.abs)) };
    },
    inputs: alsInputs,
  },
];

const peer = compileCPeer();
if (peer === null) console.error("there is no gcc: only our own times");
const figures: Record<string, number> = {};
for (const { name, ours, inputs } of cases) {
  const [mine, theirs]: [number[], number[]] = [[], []];
  ours(turns);
  for (let turn = 0; turn < rounds; turn++) {
    const result = ours(turns + 1);
    mine.push(...result.times.slice(1));
    const other = peer?.run(name, inputs(), threads, turns + 1);
    theirs.push(...(other?.times.slice(1) ?? []));
    if (other !== undefined && Math.abs(result.checksum / other.checksum - 1) > (name === "ials" ? 0.02 : 1e-6)) {
      throw new Error(`${name}: ${result.checksum} here, ${other.checksum} in C`);
    }
  }
  figures[`${name}, ms`] = round(median(mine));
  if (peer === null) continue;
  figures[`${name} in C, ms`] = round(median(theirs));
  figures[`${name}, ratio to C`] = round(median(theirs) / median(mine), 3);
}
peer?.remove();
report(
  "kernels",
  { seed, threads, rounds, turns, people, items, events: rows.columns.length, neighbours, denseSize, ...als, compiler: peer?.compiler ?? "none" },
  figures,
);

function timed<Answer>(count: number, run: () => Answer, checksumOf: (answer: Answer) => number) {
  const times: number[] = [];
  let checksum = 0;
  for (let turn = 0; turn < count; turn++) {
    const start = performance.now();
    const answer = run();
    times.push(performance.now() - start);
    if (turn === count - 1) checksum = checksumOf(answer);
  }
  return { times, checksum };
}

function weightedSum(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at]! * ((at % 7) + 1);
  return sum;
}

/** Every item's system on its closest neighbours, with five features an item. */
function systemsOf(from: CountRows): LocalSystems {
  const { starts, columns, counts, diagonal } = cooccurrence(from, items);
  const near = Array.from({ length: items }, (_, item) => {
    const [first, last] = [starts[item]!, starts[item + 1]!];
    const closeness = Float64Array.from({ length: last - first }, (_, at) => counts[first + at]! / Math.sqrt(diagonal[columns[first + at]!]!));
    return topK(closeness, neighbours)
      .map((at) => first + at)
      .sort();
  });
  const systemStarts = new Int32Array(items + 1);
  for (const [item, { length }] of near.entries()) systemStarts[item + 1] = systemStarts[item]! + length;
  const places = near.flatMap((list) => [...list]);
  const features = Int32Array.from({ length: items * 5 }, (_, at) => (at % 5) * 100 + random.int(100));
  return {
    matrix: { starts, columns, values: Float64Array.from(counts), diagonal: Float64Array.from(diagonal, (count) => count + 500) },
    content: {
      starts: Int32Array.from({ length: items + 1 }, (_, item) => item * 5),
      features,
      values: new Float32Array(features.length).fill(0.5),
      featureCount: 500,
      beta: 2,
    },
    starts: systemStarts,
    items: Int32Array.from(places, (at) => columns[at]!),
    rhs: Float64Array.from(places, (at) => counts[at]!),
    rhs2: Float64Array.from(places, () => random.next()),
  };
}

function denseOf({ starts, columns, values, diagonal }: LocalSystems["matrix"], n: number): Float64Array {
  const dense = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) if (columns[at]! < n) dense[row * n + columns[at]!] = values[at]!;
    dense[row * n + row] = diagonal[row]!;
  }
  return dense;
}

function alsInputs() {
  const roots = weights.map(Math.sqrt);
  const byItem = transposed({ ...rows, counts: Int32Array.from(rows.columns, (_, at) => at) }, items);
  const start = createSeededRandom(seed);
  const first = (count: number) => Float32Array.from({ length: count * als.factors }, () => (0.1 / Math.sqrt(als.factors)) * start.normal());
  return [
    ...[rows.starts, rows.columns, roots, byItem.starts, byItem.columns, Float32Array.from(byItem.counts, (at) => roots[at]!)],
    ...[first(people), first(items), Int32Array.of(als.factors, als.blockSize), Float64Array.of(als.regularization, als.unobserved)],
  ];
}
