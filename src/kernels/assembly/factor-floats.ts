import { lessFloats } from "./tile-floats";

// Cholesky of a small matrix in floats: A = UᵀU in place of the upper triangle, row-major, `size` a multiple of 8.
// Left-looking by tiles of 4×8, as factor-doubles.ts by 4×4.

/** False at a pivot that is not positive. */
export function factorFloats(matrix: usize, size: i32, line: usize): bool {
  const bytes = (<usize>size) << 2;
  let top = matrix;
  for (let row: usize = 0; row < bytes; row += 16, top += line << 2) {
    let column = row & ~31;
    takeTileFloats(top + column, line, matrix + row, matrix + column, row >> 2);
    if (!factorTile(top + row, line)) return false;
    // The tile of the diagonal is 8 wide: where it begins with it, its right half is still to be solved.
    if (column == row) solveHalf(top + row, top + row + 16, line);
    for (column += 32; column < bytes; column += 32) {
      takeTileFloats(top + column, line, matrix + row, matrix + column, row >> 2);
      solveHalf(top + row, top + column, line);
      solveHalf(top + row, top + column + 16, line);
    }
  }
  return true;
}

function takeTileFloats(tile: usize, line: usize, a: usize, b: usize, depth: usize): void {
  const line2 = line << 1;
  const line3 = line2 + line;
  let c00 = v128.load(tile);
  let c01 = v128.load(tile, 16);
  let c10 = v128.load(tile + line);
  let c11 = v128.load(tile + line, 16);
  let c20 = v128.load(tile + line2);
  let c21 = v128.load(tile + line2, 16);
  let c30 = v128.load(tile + line3);
  let c31 = v128.load(tile + line3, 16);
  for (; depth > 0; depth--, a += line, b += line) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load32_splat(a);
    c00 = lessFloats(c00, a0, b0);
    c01 = lessFloats(c01, a0, b1);
    const a1 = v128.load32_splat(a, 4);
    c10 = lessFloats(c10, a1, b0);
    c11 = lessFloats(c11, a1, b1);
    const a2 = v128.load32_splat(a, 8);
    c20 = lessFloats(c20, a2, b0);
    c21 = lessFloats(c21, a2, b1);
    const a3 = v128.load32_splat(a, 12);
    c30 = lessFloats(c30, a3, b0);
    c31 = lessFloats(c31, a3, b1);
  }
  v128.store(tile, c00);
  v128.store(tile, c01, 16);
  v128.store(tile + line, c10);
  v128.store(tile + line, c11, 16);
  v128.store(tile + line2, c20);
  v128.store(tile + line2, c21, 16);
  v128.store(tile + line3, c30);
  v128.store(tile + line3, c31, 16);
}

function factorTile(tile: usize, line: usize): bool {
  for (let k: usize = 0; k < 4; k++) {
    const rowK = tile + k * line;
    const square = load<f32>(rowK + (k << 2));
    if (!(square > 0)) return false;
    const pivot = sqrt<f32>(square);
    store<f32>(rowK + (k << 2), pivot);
    for (let j = k + 1; j < 4; j++) store<f32>(rowK + (j << 2), load<f32>(rowK + (j << 2)) / pivot);
    for (let i = k + 1; i < 4; i++) {
      const rowI = tile + i * line;
      const factor = load<f32>(rowK + (i << 2));
      for (let j = i; j < 4; j++) store<f32>(rowI + (j << 2), load<f32>(rowI + (j << 2)) - factor * load<f32>(rowK + (j << 2)));
    }
  }
  return true;
}

/** Four columns beside the factored tile: U_diagonal⁻ᵀ · tile. */
function solveHalf(diagonal: usize, tile: usize, line: usize): void {
  const line2 = line << 1;
  const line3 = line2 + line;
  const x0 = f32x4.div(v128.load(tile), v128.load32_splat(diagonal));
  const x1 = f32x4.div(lessFloats(v128.load(tile + line), v128.load32_splat(diagonal, 4), x0), v128.load32_splat(diagonal + line, 4));
  let x2 = lessFloats(v128.load(tile + line2), v128.load32_splat(diagonal, 8), x0);
  x2 = f32x4.div(lessFloats(x2, v128.load32_splat(diagonal + line, 8), x1), v128.load32_splat(diagonal + line2, 8));
  let x3 = lessFloats(v128.load(tile + line3), v128.load32_splat(diagonal, 12), x0);
  x3 = lessFloats(x3, v128.load32_splat(diagonal + line, 12), x1);
  x3 = f32x4.div(lessFloats(x3, v128.load32_splat(diagonal + line2, 12), x2), v128.load32_splat(diagonal + line3, 12));
  v128.store(tile, x0);
  v128.store(tile + line, x1);
  v128.store(tile + line2, x2);
  v128.store(tile + line3, x3);
}

/** Solves UᵀU·x = b in place; b has `size` values. */
export function solveFloats(matrix: usize, size: i32, line: usize, b: usize): void {
  const bytes = (<usize>size) << 2;
  let row = matrix;
  for (let k: usize = 0; k < bytes; k += 4, row += line) {
    const x = load<f32>(b + k) / load<f32>(row + k);
    store<f32>(b + k, x);
    let j = k + 4;
    for (; j & 15; j += 4) store<f32>(b + j, load<f32>(b + j) - x * load<f32>(row + j));
    const factor = f32x4.splat(x);
    for (; j < bytes; j += 16) v128.store(b + j, lessFloats(v128.load(b + j), factor, v128.load(row + j)));
  }
  for (let k = bytes; k > 0; ) {
    k -= 4;
    row -= line;
    let rest = load<f32>(b + k);
    let j = k + 4;
    for (; j & 15; j += 4) rest -= load<f32>(row + j) * load<f32>(b + j);
    let sum = f32x4.splat(0);
    for (; j < bytes; j += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(row + j), v128.load(b + j)));
    rest -= f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
    store<f32>(b + k, rest / load<f32>(row + k));
  }
}
