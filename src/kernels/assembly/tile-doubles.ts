export function less(tile: v128, a: v128, b: v128): v128 {
  return f64x2.sub(tile, f64x2.mul(a, b));
}

/**
 * tile −= Σ aᵀ·b: a 4×4 tile of doubles, its rows `line` bytes apart, less `depth` products of four a and four b, `aLine`
 * and `bLine` bytes apart. The tile stays in eight registers; each step is two loads of columns against four broadcasts.
 */
export function takeTile(tile: usize, line: usize, a: usize, aLine: usize, b: usize, bLine: usize, depth: usize): void {
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
  for (; depth > 0; depth--, a += aLine, b += bLine) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load64_splat(a);
    c00 = less(c00, a0, b0);
    c01 = less(c01, a0, b1);
    const a1 = v128.load64_splat(a, 8);
    c10 = less(c10, a1, b0);
    c11 = less(c11, a1, b1);
    const a2 = v128.load64_splat(a, 16);
    c20 = less(c20, a2, b0);
    c21 = less(c21, a2, b1);
    const a3 = v128.load64_splat(a, 24);
    c30 = less(c30, a3, b0);
    c31 = less(c31, a3, b1);
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
