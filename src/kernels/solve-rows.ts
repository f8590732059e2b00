import { type Arena, withKernels } from "./kernel-pool.ts";

/** A symmetric matrix by sparse rows, both triangles, columns ascending; its diagonal apart, with the ridge already added. */
export type SymmetricMatrix = {
  /** n + 1 places into `columns`. */
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
  /** n values. */
  readonly diagonal: Float64Array;
};

/** What the catalogue says of items, a sparse row of features per item; `beta·F·Fᵀ` (items × items) is added to the matrix, its diagonal included. */
export type ContentRows = {
  /** n + 1 places into `features`. */
  readonly starts: Int32Array;
  /** Each in [0, featureCount), at most once a row. */
  readonly features: Int32Array;
  readonly values: Float32Array;
  readonly featureCount: number;
  readonly beta: number;
};

/** One small system a target: `M[N, N]·w = b` with N the target's items. */
export type LocalSystems = {
  readonly matrix: SymmetricMatrix;
  readonly content?: ContentRows | null;
  /** targets + 1 places into `items`. */
  readonly starts: Int32Array;
  /** The items of each target's system, ascending, each once. The target itself may be among them. */
  readonly items: Int32Array;
  /** The right-hand sides, aligned with `items`. */
  readonly rhs: Float64Array;
  /** A second right-hand side to be solved with the same factor. */
  readonly rhs2?: Float64Array | null;
};

/** Aligned with the `items` of the systems; `weights2` is null where there was no `rhs2`. */
export type LocalWeights = { readonly weights: Float64Array; readonly weights2: Float64Array | null };

/**
 * Solves every target's system (Cholesky in doubles; on all threads in WebAssembly, the same bits with any number of them).
 * A system that is not positive definite gets more ridge: 10⁻⁶ of its mean diagonal, doubled until it factors. One that
 * never does (numbers that are not finite) gets weights of 0. Time Σ|N|³ / 3 flops and the rows of M of the items in N.
 */
export function solveRows(systems: LocalSystems, options: { readonly threads?: number } = {}): LocalWeights {
  const { starts, items, rhs2 } = systems;
  const weights = new Float64Array(items.length);
  const weights2 = rhs2 ? new Float64Array(items.length) : null;
  const targets = starts.length - 1;
  for (let first = 0; first < targets; ) {
    let last = first + 1;
    while (last < targets && starts[last + 1]! - starts[first]! <= slabEntries) last++;
    withKernels(options.threads, (arena) => solveSlab(arena, systems, first, last, weights, weights2));
    first = last;
  }
  return { weights, weights2 };
}

/** Entries of `items` that are solved at a time, at most (or one target's): 20 bytes each in the arena. */
const slabEntries = 16_000_000;
/** Rows of M with at least one value in so many columns are spread out, as long as there is room: looking up beats searching. */
const denseShare = 8;
const denseBytes = 256 * 2 ** 20;
const targetsAtOnce = 8;

function solveSlab(arena: Arena, systems: LocalSystems, first: number, last: number, weights: Float64Array, weights2: Float64Array | null): void {
  const { matrix, content, starts, items, rhs, rhs2 } = systems;
  const n = matrix.diagonal.length;
  const [from, until] = [starts[first]!, starts[last]!];
  let largest = 0;
  for (let target = first; target < last; target++) largest = Math.max(largest, starts[target + 1]! - starts[target]!);
  if (largest === 0) return;
  const padded = (largest + 3) & ~3;
  const layout = scratchLayout(n, padded, content ?? null);
  const scratch = arena.reserve(layout.bytes * arena.threads);
  for (let thread = 0; thread < arena.threads; thread++) arena.ints(scratch + thread * layout.bytes, layout.vector / 4).fill(-1);
  const first1 = arena.place(rhs.subarray(from, until));
  const first2 = rhs2 ? arena.place(rhs2.subarray(from, until)) : 0;
  const slabStarts = starts.slice(first, last + 1).map((place) => place - from);
  const words = [
    arena.place(slabStarts),
    arena.place(items.subarray(from, until)),
    first1,
    first2,
    arena.place(matrix.starts),
    arena.place(matrix.columns),
    arena.place(matrix.values),
    arena.place(matrix.diagonal),
    placeDenseRows(arena, matrix),
    scratch,
    layout.bytes,
    layout.vector,
    layout.matrix,
    ...(content ? [arena.place(content.starts), arena.place(content.features), arena.place(content.values)] : [0, 0, 0]),
    layout.heads,
    layout.links,
  ];
  arena.run("solveRows", last - first, targetsAtOnce, words, [content?.beta ?? 0]);
  weights.set(arena.doubles(first1, until - from), from);
  weights2?.set(arena.doubles(first2, until - from), from);
}

/** Offsets in one thread's scratch: positions and heads first, which are -1 between targets. */
function scratchLayout(n: number, padded: number, content: ContentRows | null) {
  const aligned = (bytes: number) => Math.ceil(bytes / 64) * 64;
  const heads = aligned(n * 4);
  const vector = heads + aligned((content?.featureCount ?? 0) * 4);
  const links = vector + aligned(padded * 8);
  let longest = 0;
  if (content) for (let item = 0; item < n; item++) longest = Math.max(longest, content.starts[item + 1]! - content.starts[item]!);
  const square = links + aligned(longest * padded * 16);
  return { heads, vector, links, matrix: square, bytes: square + aligned(padded * padded * 8) };
}

/** For each row of M the address of its values spread over all columns, 0 for a row that stays sparse. */
function placeDenseRows(arena: Arena, { starts, columns, values, diagonal }: SymmetricMatrix): number {
  const n = diagonal.length;
  const addresses = new Int32Array(n);
  let room = Math.floor(denseBytes / (n * 8));
  for (let row = 0; row < n && room > 0; row++) {
    if ((starts[row + 1]! - starts[row]!) * denseShare < n) continue;
    room--;
    const address = arena.reserve(n * 8);
    const spread = arena.doubles(address, n).fill(0);
    for (let at = starts[row]!; at < starts[row + 1]!; at++) spread[columns[at]!] = values[at]!;
    addresses[row] = address;
  }
  return arena.place(addresses);
}
