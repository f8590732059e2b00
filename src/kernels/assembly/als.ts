import { address, double, word } from "./arguments";
import { factorFloats, solveFloats } from "./factor-floats";
import { addScaled, addSquare, dotFloats } from "./tile-floats";

/** Rows of the factors that make one part of the Gram matrix, whatever the number of threads. */
const partRows: i32 = 256;
/** Entries of a row whose factors are gathered at a time: with d = 64 they stay in the first cache. */
const gathered: i32 = 64;

/** One part of QᵀQ (upper triangle by tiles) a row of work. Arguments: 0 factors, 1 rows of them, 2 d, 3 where the parts go. */
export function gramParts(args: usize, begin: i32, end: i32, thread: i32): void {
  const size = word(args, 2);
  const line = (<usize>size) << 2;
  for (let part = begin; part < end; part++) {
    const out = address(args, 3) + <usize>part * line * size;
    memory.fill(out, 0, line * size);
    const first = part * partRows;
    const rows = min<i32>(partRows, word(args, 1) - first);
    addSquare(out, line, address(args, 0) + <usize>first * line, line, rows, size);
  }
}

/**
 * Newton steps, block by block, for the factors of the rows [begin, end): with the block b, its gradient
 * Σ c(ŷ − y)·q_b + α(Gw)_b + λw_b and its Hessian Σ c·q_b·q_bᵀ + αG_bb + λI (Rendle et al., "iALS++", 2021).
 * Arguments: 0 starts, 1 columns, 2 √c as floats, 3 √c·y as floats, 4 own factors, 5 other factors, 6 d, 7 b, 8 α·G, 9 λ of each row as floats, 10 scratch,
 * 11 its bytes a thread, 12–15 where in it: the Hessian, the gradient, the gathered factors, the residuals.
 */
export function alsRows(args: usize, begin: i32, end: i32, thread: i32): void {
  const scratch = address(args, 10) + <usize>thread * address(args, 11);
  for (let row = begin; row < end; row++) updateRow(args, row, scratch);
}

function updateRow(args: usize, row: i32, scratch: usize): void {
  const size = word(args, 6);
  const line = (<usize>size) << 2;
  const start = load<i32>(address(args, 0) + ((<usize>row) << 2));
  const entries = load<i32>(address(args, 0) + ((<usize>row) << 2), 4) - start;
  const columns = address(args, 1) + ((<usize>start) << 2);
  const roots = address(args, 2) + ((<usize>start) << 2);
  const wanted = address(args, 3) + ((<usize>start) << 2);
  const own = address(args, 4) + <usize>row * line;
  const others = address(args, 5);
  const residuals = scratch + address(args, 15);
  for (let entry = 0; entry < entries; entry++) {
    const other = others + load<usize>(columns + ((<usize>entry) << 2)) * line;
    const root = load<f32>(roots + ((<usize>entry) << 2));
    store<f32>(residuals + ((<usize>entry) << 2), root * dotFloats(own, other, size) - load<f32>(wanted + ((<usize>entry) << 2)));
  }
  const width = word(args, 7);
  for (let first = 0; first < size; first += width)
    updateBlock(args, row, entries, columns, roots, own, scratch, residuals, first, min<i32>(width, size - first));
}

function updateBlock(
  args: usize,
  row: i32,
  entries: i32,
  columns: usize,
  roots: usize,
  own: usize,
  scratch: usize,
  residuals: usize,
  first: i32,
  width: i32,
): void {
  const size = word(args, 6);
  const line = (<usize>size) << 2;
  const blockLine = (<usize>width) << 2;
  const hessian = scratch + address(args, 12);
  const gradient = scratch + address(args, 13);
  const gather = scratch + address(args, 14);
  const gram = address(args, 8) + <usize>first * line;
  const others = address(args, 5) + ((<usize>first) << 2);
  const block = own + ((<usize>first) << 2);
  const lambda = load<f32>(address(args, 9) + ((<usize>row) << 2));
  for (let i = 0; i < width; i++) {
    const gramRow = gram + <usize>i * line;
    const at = hessian + <usize>i * blockLine;
    memory.copy(at, gramRow + ((<usize>first) << 2), blockLine);
    store<f32>(at + ((<usize>i) << 2), load<f32>(at + ((<usize>i) << 2)) + lambda);
    store<f32>(gradient + ((<usize>i) << 2), dotFloats(own, gramRow, size) + lambda * load<f32>(block + ((<usize>i) << 2)));
  }
  for (let from = 0; from < entries; from += gathered) {
    const count = min<i32>(gathered, entries - from);
    for (let entry = 0; entry < count; entry++) {
      const place = (<usize>(from + entry)) << 2;
      const to = gather + <usize>entry * blockLine;
      gatherScaled(to, others + load<usize>(columns + place) * line, blockLine, load<f32>(roots + place));
      addScaled(gradient, to, blockLine, load<f32>(residuals + place));
    }
    addSquare(hessian, blockLine, gather, blockLine, count, width);
  }
  // Without any ridge it may not factor; then the row stays as it is.
  if (!factorFloats(hessian, width, blockLine)) return;
  solveFloats(hessian, width, blockLine, gradient);
  addScaled(block, gradient, blockLine, -1);
  if (width == size) return;
  for (let entry = 0; entry < entries; entry++) {
    const place = (<usize>entry) << 2;
    const change = dotFloats(gradient, others + load<usize>(columns + place) * line, width);
    store<f32>(residuals + place, load<f32>(residuals + place) - load<f32>(roots + place) * change);
  }
}

function gatherScaled(to: usize, from: usize, bytes: usize, scale: f32): void {
  const factor = f32x4.splat(scale);
  for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, f32x4.mul(v128.load(from + at), factor));
}
