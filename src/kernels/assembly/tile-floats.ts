export function lessFloats(tile: v128, a: v128, b: v128): v128 {
  return f32x4.sub(tile, f32x4.mul(a, b));
}

function more(tile: v128, a: v128, b: v128): v128 {
  return f32x4.add(tile, f32x4.mul(a, b));
}

/** Σ a·b of `size` floats, a multiple of 8. */
export function dotFloats(a: usize, b: usize, size: i32): f32 {
  let sum0 = f32x4.splat(0);
  let sum1 = f32x4.splat(0);
  const end = a + ((<usize>size) << 2);
  for (; a < end; a += 32, b += 32) {
    sum0 = more(sum0, v128.load(a), v128.load(b));
    sum1 = more(sum1, v128.load(a, 16), v128.load(b, 16));
  }
  const sum = f32x4.add(sum0, sum1);
  return f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
}

/** to += from·scale, a multiple of 8 floats. */
export function addScaled(to: usize, from: usize, bytes: usize, scale: f32): void {
  const factor = f32x4.splat(scale);
  for (let at: usize = 0; at < bytes; at += 32) {
    v128.store(to + at, more(v128.load(to + at), v128.load(from + at), factor));
    v128.store(to + at, more(v128.load(to + at, 16), v128.load(from + at, 16), factor), 16);
  }
}

/** out += Σ q·qᵀ over `rows` rows of `size` floats (a multiple of 8), the upper triangle by tiles of 4×8. */
export function addSquare(out: usize, line: usize, from: usize, fromLine: usize, rows: i32, size: i32): void {
  const bytes = (<usize>size) << 2;
  for (let i: usize = 0; i < bytes; i += 16, out += line << 2) {
    for (let j = i & ~31; j < bytes; j += 32) addTileFloats(out + j, line, from + i, from + j, fromLine, rows);
  }
}

/** tile += Σ aᵀ·b: a 4×8 tile in eight registers. */
function addTileFloats(tile: usize, line: usize, a: usize, b: usize, bLine: usize, depth: i32): void {
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
  for (; depth > 0; depth--, a += bLine, b += bLine) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load32_splat(a);
    c00 = more(c00, a0, b0);
    c01 = more(c01, a0, b1);
    const a1 = v128.load32_splat(a, 4);
    c10 = more(c10, a1, b0);
    c11 = more(c11, a1, b1);
    const a2 = v128.load32_splat(a, 8);
    c20 = more(c20, a2, b0);
    c21 = more(c21, a2, b1);
    const a3 = v128.load32_splat(a, 12);
    c30 = more(c30, a3, b0);
    c31 = more(c31, a3, b1);
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
