import { less, takeTile } from "./tile-doubles";

// Cholesky of a small symmetric positive definite matrix in doubles: A = UᵀU, U in place of the upper triangle,
// row-major, `size` a multiple of 4. Left-looking by tiles of 4×4: a tile stays in eight registers while all rows above
// it are taken off, each step two loads of four columns against four broadcasts.

/** False at a pivot that is not positive (or not a number). `line` is bytes a row. */
export function factorDoubles(matrix: usize, size: i32, line: usize): bool {
  const bytes = (<usize>size) << 3;
  let top = matrix;
  for (let row: usize = 0; row < bytes; row += 32, top += line << 2) {
    takeTile(top + row, line, matrix + row, line, matrix + row, line, row >> 3);
    if (!factorTile(top + row, line)) return false;
    for (let column = row + 32; column < bytes; column += 32) {
      takeTile(top + column, line, matrix + row, line, matrix + column, line, row >> 3);
      solveTile(top + row, top + column, line);
    }
  }
  return true;
}

/** Cholesky of the 4×4 tile on the diagonal. */
function factorTile(tile: usize, line: usize): bool {
  for (let k: usize = 0; k < 4; k++) {
    const rowK = tile + k * line;
    const square = load<f64>(rowK + (k << 3));
    if (!(square > 0)) return false;
    const pivot = sqrt<f64>(square);
    store<f64>(rowK + (k << 3), pivot);
    for (let j = k + 1; j < 4; j++) store<f64>(rowK + (j << 3), load<f64>(rowK + (j << 3)) / pivot);
    for (let i = k + 1; i < 4; i++) {
      const rowI = tile + i * line;
      const factor = load<f64>(rowK + (i << 3));
      for (let j = i; j < 4; j++) store<f64>(rowI + (j << 3), load<f64>(rowI + (j << 3)) - factor * load<f64>(rowK + (j << 3)));
    }
  }
  return true;
}

/** The tile beside the factored one: U_diagonal⁻ᵀ · tile. */
function solveTile(diagonal: usize, tile: usize, line: usize): void {
  const line2 = line << 1;
  const line3 = line2 + line;
  const p0 = v128.load64_splat(diagonal);
  const p1 = v128.load64_splat(diagonal + line, 8);
  const p2 = v128.load64_splat(diagonal + line2, 16);
  const p3 = v128.load64_splat(diagonal + line3, 24);
  const u01 = v128.load64_splat(diagonal, 8);
  const u02 = v128.load64_splat(diagonal, 16);
  const u03 = v128.load64_splat(diagonal, 24);
  const u12 = v128.load64_splat(diagonal + line, 16);
  const u13 = v128.load64_splat(diagonal + line, 24);
  const u23 = v128.load64_splat(diagonal + line2, 24);
  for (let half: usize = 0; half < 32; half += 16) {
    const at = tile + half;
    const x0 = f64x2.div(v128.load(at), p0);
    const x1 = f64x2.div(less(v128.load(at + line), u01, x0), p1);
    const x2 = f64x2.div(less(less(v128.load(at + line2), u02, x0), u12, x1), p2);
    const x3 = f64x2.div(less(less(less(v128.load(at + line3), u03, x0), u13, x1), u23, x2), p3);
    v128.store(at, x0);
    v128.store(at + line, x1);
    v128.store(at + line2, x2);
    v128.store(at + line3, x3);
  }
}

/** Solves UᵀU·x = b in place; b has `size` values. */
export function solveDoubles(matrix: usize, size: i32, line: usize, b: usize): void {
  const bytes = (<usize>size) << 3;
  let row = matrix;
  for (let k: usize = 0; k < bytes; k += 8, row += line) {
    const x = load<f64>(b + k) / load<f64>(row + k);
    store<f64>(b + k, x);
    const factor = f64x2.splat(x);
    let j = k + 8;
    if (j & 8 && j < bytes) {
      store<f64>(b + j, load<f64>(b + j) - x * load<f64>(row + j));
      j += 8;
    }
    for (; j < bytes; j += 16) v128.store(b + j, less(v128.load(b + j), factor, v128.load(row + j)));
  }
  for (let k = bytes; k > 0; ) {
    k -= 8;
    row -= line;
    let j = k + 8;
    let rest: f64 = 0;
    if (j & 8 && j < bytes) {
      rest = load<f64>(row + j) * load<f64>(b + j);
      j += 8;
    }
    let sum0 = f64x2.splat(0);
    let sum1 = f64x2.splat(0);
    if (j & 16 && j < bytes) {
      sum0 = f64x2.mul(v128.load(row + j), v128.load(b + j));
      j += 16;
    }
    for (; j < bytes; j += 32) {
      sum0 = f64x2.add(sum0, f64x2.mul(v128.load(row + j), v128.load(b + j)));
      sum1 = f64x2.add(sum1, f64x2.mul(v128.load(row + j, 16), v128.load(b + j, 16)));
    }
    const sum = f64x2.add(sum0, sum1);
    const total = rest + f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
    store<f64>(b + k, (load<f64>(b + k) - total) / load<f64>(row + k));
  }
}
