import { type Arena, withKernels } from "./kernel-pool.ts";

/** n×n doubles beyond this many rows do not fit the memory of the kernels. */
export const maxDenseSize = 8000;

type Options = { readonly threads?: number };

/** Right-hand side and what becomes of it: n×columns, row-major. */
type RightSide = { readonly values: Float64Array; readonly columns: number };

/**
 * Turns the symmetric positive definite n×n matrix (row-major, n ≤ 8,000; its upper triangle is read) into its inverse,
 * in place. Gauss–Jordan by blocks in doubles on all threads: n³ flops, n² doubles beside the array. False, and the array as it
 * was, when the matrix is not positive definite.
 */
export function invertDense(matrix: Float64Array, n: number, options: Options = {}): boolean {
  return sweep(matrix, n, null, options);
}

/**
 * Solves M·X = R for the symmetric positive definite n×n matrix (as above; not changed) and `columns` right-hand sides:
 * `rhs` is n×columns row-major and becomes X. 2n³/3 + 2n²·columns flops. False, and `rhs` as it was, when the matrix is not
 * positive definite.
 */
export function solveDense(matrix: Float64Array, n: number, rhs: Float64Array, columns: number, options: Options = {}): boolean {
  return sweep(matrix, n, { values: rhs, columns }, options);
}

function sweep(matrix: Float64Array, n: number, rhs: RightSide | null, { threads }: Options): boolean {
  if (n > maxDenseSize) throw new Error(`a dense matrix of ${n} rows is more than the ${maxDenseSize} that fit`);
  if (n === 0) return true;
  return withKernels(threads, (arena) => {
    const size = padded(n);
    const line = lineOf(size);
    const address = place(arena, matrix, n, n, size, line);
    for (let row = n; row < size; row++) arena.doubles(address + (row * line + row) * 8, 1)[0] = 1;
    const rhsSize = rhs === null ? 0 : padded(rhs.columns);
    const rhsLine = lineOf(rhsSize);
    const rhsAddress = rhs === null ? 0 : place(arena, rhs.values, n, rhs.columns, size, rhsLine);
    const block = size > 1500 ? 128 : 64;
    const panelBytes = (size + rhsSize) * block * 8;
    const [raw, panel] = [arena.reserve(panelBytes), arena.reserve(panelBytes)];
    const square = arena.reserve((2 * block + 1) * block * 8);
    const verdict = arena.reserve(8);
    for (let first = 0; first < size; first += block) {
      const rows = Math.min(block, size - first);
      const words = [address, line * 8, size, first, rows, raw, panel, square, rhsAddress, rhsLine * 8, rhsSize, rhs === null ? 1 : 0, verdict];
      arena.run("densePivot", 1, 1, words);
      if (arena.ints(verdict, 1)[0] === 0) return false;
      arena.run("densePanel", (size + rhsSize) / 4, 16, words);
      arena.run("denseUpdate", Math.ceil(size / groupRows), 1, words);
    }
    if (rhs === null) {
      arena.run("denseMirror", size / 4, 8, [address, line * 8, size]);
      takeBack(arena, address, line, matrix, n, n);
    } else takeBack(arena, rhsAddress, rhsLine, rhs.values, n, rhs.columns);
    return true;
  });
}

/** As in assembly/dense.ts. */
const groupRows = 32;

const padded = (size: number) => (size + 3) & ~3;

/** Doubles a row: not a multiple of a page, or the rows of a tile would all fall into the same places of the cache. */
const lineOf = (size: number) => (size % 32 === 0 ? size + 8 : size);

function place(arena: Arena, values: Float64Array, rows: number, columns: number, paddedRows: number, line: number): number {
  const address = arena.reserve(paddedRows * line * 8);
  const to = arena.doubles(address, paddedRows * line);
  for (let row = 0; row < paddedRows; row++) {
    const filled = row < rows ? columns : 0;
    if (filled > 0) to.set(values.subarray(row * columns, (row + 1) * columns), row * line);
    to.fill(0, row * line + filled, (row + 1) * line);
  }
  return address;
}

function takeBack(arena: Arena, address: number, line: number, values: Float64Array, rows: number, columns: number): void {
  const from = arena.doubles(address, rows * line);
  for (let row = 0; row < rows; row++) values.set(from.subarray(row * line, row * line + columns), row * columns);
}
