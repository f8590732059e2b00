import { address, word } from "./arguments";
import { factorDoubles, solveDoubles } from "./factor-doubles";
import { takeTile } from "./tile-doubles";

// Gauss–Jordan by blocks ("sweeping") of a symmetric positive definite matrix of which the upper triangle is kept.
// A step with the block rows K: D = A_KK⁻¹, P = D·A_K*, then A_ij −= A_iK·P_Kj for all other rows i, A_K* = P, A_KK = −D.
// After all steps A is −A⁻¹. Columns beside the matrix go along as a right-hand side and end as A⁻¹·R. Stable for
// positive definite matrices (Peters & Wilkinson 1975). Panels are kept as strips of 4 columns, packed row by row.
// Arguments, the same for all: 0 matrix, 1 its line in bytes, 2 size, 3 first row of the block, 4 rows of the block, 5 raw panel,
// 6 panel, 7 room for −D (two squares and a vector), 8 right-hand side or 0, 9 its line in bytes, 10 columns of it, 11 1 to invert,
// 12 where the answer goes whether the block was positive definite.

/** One row of work: −D, the full square. */
export function densePivot(args: usize, begin: i32, end: i32, thread: i32): void {
  const rows = word(args, 4);
  const width = (<usize>rows) << 3;
  const line = address(args, 1);
  const negative = address(args, 7);
  const factor = negative + width * rows;
  const vector = factor + width * rows;
  const block = address(args, 0) + <usize>word(args, 3) * (line + 8);
  for (let row = 0; row < rows; row++) memory.copy(factor + <usize>row * width, block + <usize>row * line, width);
  const factored = factorDoubles(factor, rows, width);
  store<i32>(address(args, 12), factored ? 1 : 0);
  if (!factored) return;
  for (let row = 0; row < rows; row++) {
    memory.fill(vector, 0, width);
    store<f64>(vector + ((<usize>row) << 3), -1);
    solveDoubles(factor, rows, width, vector);
    memory.copy(negative + <usize>row * width, vector, width);
  }
}

/** One strip of 4 columns a row of work: packs A_K*, computes P = D·A_K*, and puts P back into the matrix. */
export function densePanel(args: usize, begin: i32, end: i32, thread: i32): void {
  const strips = word(args, 2) >> 2;
  for (let strip = begin; strip < end; strip++) {
    if (strip < strips) panelStrip(args, strip);
    else rhsStrip(args, strip, strip - strips);
  }
}

function panelStrip(args: usize, strip: i32): void {
  const line = address(args, 1);
  const first = word(args, 3);
  const rows = word(args, 4);
  const matrix = address(args, 0);
  const column = strip << 2;
  const stripBytes = (<usize>rows) << 5;
  const raw = address(args, 5) + <usize>strip * stripBytes;
  const panel = address(args, 6) + <usize>strip * stripBytes;
  const negative = address(args, 7);
  if (column >= first && column < first + rows) {
    // The block itself: nothing is taken off it, it becomes −D.
    memory.fill(raw, 0, stripBytes);
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < 4; k++) {
        const place = matrix + <usize>(first + row) * line + ((<usize>(column + k)) << 3);
        store<f64>(place, load<f64>(negative + ((<usize>row * rows + (column - first + k)) << 3)));
      }
    }
    return;
  }
  const before = column < first;
  // A solve needs nothing left of the block.
  if (before) {
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < 4; k++) {
        store<f64>(raw + ((<usize>row * 4 + k) << 3), load<f64>(matrix + <usize>(column + k) * line + ((<usize>(first + row)) << 3)));
      }
    }
    if (word(args, 11) == 0) return;
  } else {
    packStrip(matrix + <usize>first * line + ((<usize>column) << 3), line, raw, rows);
  }
  multiplyStrip(negative, rows, raw, panel);
  if (!before) {
    unpackStrip(panel, matrix + <usize>first * line + ((<usize>column) << 3), line, rows);
    return;
  }
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < 4; k++) {
      store<f64>(matrix + <usize>(column + k) * line + ((<usize>(first + row)) << 3), load<f64>(panel + ((<usize>row * 4 + k) << 3)));
    }
  }
}

function rhsStrip(args: usize, strip: i32, rhsColumn: i32): void {
  const rows = word(args, 4);
  const line = address(args, 9);
  const stripBytes = (<usize>rows) << 5;
  const raw = address(args, 5) + <usize>strip * stripBytes;
  const panel = address(args, 6) + <usize>strip * stripBytes;
  const place = address(args, 8) + <usize>word(args, 3) * line + ((<usize>rhsColumn) << 5);
  packStrip(place, line, raw, rows);
  multiplyStrip(address(args, 7), rows, raw, panel);
  unpackStrip(panel, place, line, rows);
}

function packStrip(from: usize, line: usize, to: usize, rows: i32): void {
  for (let row = 0; row < rows; row++, from += line, to += 32) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
  }
}

function unpackStrip(from: usize, to: usize, line: usize, rows: i32): void {
  for (let row = 0; row < rows; row++, to += line, from += 32) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
  }
}

/** P = D·A for one strip, of −D; it is symmetric, so its rows serve as its columns. */
function multiplyStrip(negative: usize, rows: i32, raw: usize, panel: usize): void {
  memory.fill(panel, 0, (<usize>rows) << 5);
  const width = (<usize>rows) << 3;
  for (let row = 0; row < rows; row += 4) takeTile(panel + ((<usize>row) << 5), 32, negative + ((<usize>row) << 3), width, raw, 32, rows);
}

/** Rows taken together, in strips of 4: their packed strips stay in the first cache while the columns go by. */
const groupStrips: i32 = 8;

/** One group of 32 rows a row of work: A_ij −= A_iK·P_Kj. */
export function denseUpdate(args: usize, begin: i32, end: i32, thread: i32): void {
  for (let group = begin; group < end; group++) updateGroup(args, group);
}

function updateGroup(args: usize, group: i32): void {
  const matrix = address(args, 0);
  const line = address(args, 1);
  const strips = word(args, 2) >> 2;
  const blockFirst = word(args, 3) >> 2;
  const rows = word(args, 4);
  const blockEnd = blockFirst + (rows >> 2);
  const stripBytes = (<usize>rows) << 5;
  const raw = address(args, 5);
  const panel = address(args, 6);
  const invert = word(args, 11) != 0;
  const from = group * groupStrips;
  const until = min<i32>(from + groupStrips, strips);
  for (let column = from; column < strips; column++) {
    if (column >= blockFirst && column < blockEnd) continue;
    // What a solve has done with is not needed again.
    if (!invert && column < blockFirst) continue;
    const b = panel + <usize>column * stripBytes;
    const last = min<i32>(until, column + 1);
    for (let row = from; row < last; row++) {
      if (row >= blockFirst && row < blockEnd) continue;
      takeTile(matrix + ((<usize>row) << 2) * line + ((<usize>column) << 5), line, raw + <usize>row * stripBytes, 32, b, 32, rows);
    }
  }
  const rhs = address(args, 8);
  if (rhs == 0) return;
  const rhsLine = address(args, 9);
  const rhsStrips = word(args, 10) >> 2;
  for (let column = 0; column < rhsStrips; column++) {
    const b = panel + <usize>(strips + column) * stripBytes;
    for (let row = from; row < until; row++) {
      if (row >= blockFirst && row < blockEnd) continue;
      takeTile(rhs + ((<usize>row) << 2) * rhsLine + ((<usize>column) << 5), rhsLine, raw + <usize>row * stripBytes, 32, b, 32, rows);
    }
  }
}

/** One strip of 4 rows a row of work: turns −A⁻¹ into A⁻¹ and fills the lower triangle. */
export function denseMirror(args: usize, begin: i32, end: i32, thread: i32): void {
  const matrix = address(args, 0);
  const line = address(args, 1);
  const size = word(args, 2);
  for (let strip = begin; strip < end; strip++) {
    for (let column = strip << 2; column < size; column++) {
      for (let row = strip << 2; row < min<i32>((strip << 2) + 4, column + 1); row++) {
        const value = -load<f64>(matrix + <usize>row * line + ((<usize>column) << 3));
        store<f64>(matrix + <usize>row * line + ((<usize>column) << 3), value);
        store<f64>(matrix + <usize>column * line + ((<usize>row) << 3), value);
      }
    }
  }
}
