import { type Arena, withKernels } from "./kernel-pool.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { transposed } from "./sparse-rows.ts";

/** What each row (person) has of each column (item), each once a row; `weights` (> 0) is how much it counts that they have it. */
export type WeightedRows = { readonly starts: Int32Array; readonly columns: Int32Array; readonly weights: Float32Array };

export type ImplicitSettings = {
  /** Dimensions d; rounded up to a multiple of 8. */
  readonly factors: number;
  readonly epochs: number;
  /** Dimensions that are solved together; at d or more it is plain iALS. Rounded up to a multiple of 8. */
  readonly blockSize: number;
  /** α₀: the weight of each pair that was not observed. */
  readonly unobserved: number;
  /** λ, times (entries + α₀·columns) of the row: frequency-scaled with exponent 1. */
  readonly regularization: number;
  /** Calls back after each epoch with the milliseconds it took, for benchmarks. */
  readonly clock?: { now(): number; epoch(milliseconds: number): void };
};

/** The factors of the columns, `columns × d` row-major, with d as it was rounded up; those of the rows are not kept. */
export type ImplicitFactors = { readonly values: Float32Array; readonly d: number };

/** As in assembly/als.ts. */
const partRows = 256;
const gathered = 64;
const rowsAtOnce = 16;
/** Deviation of the first factors, times 1/√d, as in Rendle et al. 2022. */
const firstDeviation = 0.1;

const toEight = (size: number) => Math.max(8, Math.ceil(size / 8) * 8);

/**
 * Implicit ALS by blocks: minimises `Σ c(ŷ − 1)² + α₀ Σ_all ŷ² + λ Σ (entries + α₀·others)‖w‖²` over the factors of rows and
 * columns in turn, in floats on all threads, the same bits with any number of them. Rendle, Krichene, Zhang and Koren,
 * "iALS++" (2021) and "Revisiting the Performance of iALS" (RecSys 2022). A row takes |entries|·(d·b/2 + 4d) + d·b²/6 + d² flops.
 */
export function factorizeImplicit(
  rows: WeightedRows,
  columnCount: number,
  settings: ImplicitSettings,
  random: SeededRandom,
  options: { readonly threads?: number } = {},
): ImplicitFactors {
  const d = toEight(settings.factors);
  const rowCount = rows.starts.length - 1;
  // What floats hold goes through the transposition as places, not as counts.
  const places = Int32Array.from(rows.columns, (_, at) => at);
  const byColumn = transposed({ starts: rows.starts, columns: rows.columns, counts: places }, columnCount);
  const roots = rows.weights.map(Math.sqrt);
  return withKernels(options.threads, (arena) => {
    const draw = (count: number) => placeFirst(arena, random, count, d, settings.factors);
    const [rowFactors, columnFactors] = [draw(rowCount), draw(columnCount)];
    const shared = placeShared(arena, d, settings, Math.max(rowCount, columnCount), Math.max(longestOf(rows.starts), longestOf(byColumn.starts)));
    const people = placeSide(arena, rows.starts, rows.columns, roots, rowFactors, columnFactors, settings);
    const items = placeSide(
      arena,
      byColumn.starts,
      byColumn.columns,
      Float32Array.from(byColumn.counts, (at) => roots[at]!),
      columnFactors,
      rowFactors,
      settings,
    );
    for (let epoch = 0; epoch < settings.epochs; epoch++) {
      const start = settings.clock?.now() ?? 0;
      updateSide(arena, people, shared, settings.unobserved);
      updateSide(arena, items, shared, settings.unobserved);
      settings.clock?.epoch(settings.clock.now() - start);
    }
    return { values: arena.floats(columnFactors.address, columnCount * d).slice(), d };
  });
}

type Factors = { readonly address: number; readonly count: number };

/** Normal, and zero beyond the dimensions asked for: there they stay zero. */
function placeFirst(arena: Arena, random: SeededRandom, count: number, d: number, factors: number): Factors {
  const address = arena.reserve(count * d * 4);
  const values = arena.floats(address, count * d);
  const deviation = firstDeviation / Math.sqrt(factors);
  for (let at = 0; at < values.length; at++) values[at] = at % d < factors ? deviation * random.normal() : 0;
  return { address, count };
}

type Side = { readonly own: Factors; readonly other: Factors; readonly words: readonly number[]; readonly lambdas: number };

function placeSide(
  arena: Arena,
  starts: Int32Array,
  columns: Int32Array,
  roots: Float32Array,
  own: Factors,
  other: Factors,
  { regularization, unobserved }: ImplicitSettings,
): Side {
  const rootsAddress = arena.place(roots);
  const lambdas = Float32Array.from({ length: own.count }, (_, row) => regularization * (starts[row + 1]! - starts[row]! + unobserved * other.count));
  const words = [arena.place(starts), arena.place(columns), rootsAddress, rootsAddress, own.address, other.address];
  return { own, other, words, lambdas: arena.place(lambdas) };
}

type Shared = {
  readonly d: number;
  readonly block: number;
  readonly parts: number;
  readonly gram: number;
  readonly scratch: number;
  readonly layout: readonly number[];
};

function placeShared(arena: Arena, d: number, { blockSize }: ImplicitSettings, most: number, longest: number): Shared {
  const block = Math.min(d, toEight(blockSize));
  const gradient = block * block * 4;
  const gather = gradient + Math.ceil(block / 16) * 64;
  const residuals = gather + gathered * block * 4;
  const bytes = residuals + Math.ceil(longest / 16) * 64;
  return {
    d,
    block,
    parts: arena.reserve(Math.ceil(most / partRows) * d * d * 4),
    gram: arena.reserve(d * d * 4),
    scratch: arena.reserve(bytes * arena.threads),
    layout: [bytes, 0, gradient, gather, residuals],
  };
}

function updateSide(arena: Arena, { own, other, words, lambdas }: Side, shared: Shared, unobserved: number): void {
  const { d, block, parts, gram, scratch, layout } = shared;
  const partCount = Math.ceil(other.count / partRows);
  arena.run("gramParts", partCount, 1, [other.address, other.count, d, parts]);
  sumParts(arena.floats(parts, partCount * d * d), arena.floats(gram, d * d), d, unobserved);
  arena.run("alsRows", own.count, rowsAtOnce, [...words, d, block, gram, lambdas, scratch, ...layout]);
}

/** α₀·QᵀQ, both triangles, from the upper ones of its parts. */
function sumParts(parts: Float32Array, gram: Float32Array, d: number, unobserved: number): void {
  for (let row = 0; row < d; row++) {
    for (let column = row; column < d; column++) {
      let sum = 0;
      for (let at = row * d + column; at < parts.length; at += d * d) sum += parts[at]!;
      gram[row * d + column] = unobserved * sum;
      gram[column * d + row] = unobserved * sum;
    }
  }
}

function longestOf(starts: Int32Array): number {
  let longest = 0;
  for (let row = 0; row < starts.length - 1; row++) longest = Math.max(longest, starts[row + 1]! - starts[row]!);
  return longest;
}
