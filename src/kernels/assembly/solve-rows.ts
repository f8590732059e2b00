import { address, double, word } from "./arguments";
import { factorDoubles, solveDoubles } from "./factor-doubles";

/** Of the mean diagonal; what a system that does not factor is given first. */
const firstJitter: f64 = 1e-6;
const maxDoublings: i32 = 60;
/** A row this many times longer than what is looked for in it is searched, not scanned. */
const searchFactor: i32 = 16;

/** Arguments: see solve-rows.ts one room up. Each target's right-hand sides become its weights. */
export function solveRows(args: usize, begin: i32, end: i32, thread: i32): void {
  for (let target = begin; target < end; target++) solveTarget(args, target, address(args, 9) + <usize>thread * address(args, 10));
}

function solveTarget(args: usize, target: i32, scratch: usize): void {
  const start = load<i32>(address(args, 0) + ((<usize>target) << 2));
  const size = load<i32>(address(args, 0) + ((<usize>target) << 2), 4) - start;
  if (size == 0) return;
  const items = address(args, 1) + ((<usize>start) << 2);
  const rhs = address(args, 2) + ((<usize>start) << 3);
  const rhs2 = address(args, 3) == 0 ? <usize>0 : address(args, 3) + ((<usize>start) << 3);
  const padded = (size + 3) & ~3;
  const line = (<usize>padded) << 3;
  const vector = scratch + address(args, 11);
  const matrix = scratch + address(args, 12);
  buildSystem(args, items, size, padded, scratch, matrix);
  let mean: f64 = 0;
  for (let row = 0; row < size; row++) mean += abs<f64>(load<f64>(matrix + <usize>row * (line + 8)));
  mean /= <f64>size;
  let jitter = firstJitter * (mean == 0 ? 1 : mean);
  let factored = factorDoubles(matrix, padded, line);
  for (let turn = 0; !factored && turn < maxDoublings; turn++, jitter *= 2) {
    buildSystem(args, items, size, padded, scratch, matrix);
    for (let row = 0; row < size; row++) {
      const place = matrix + <usize>row * (line + 8);
      store<f64>(place, load<f64>(place) + jitter);
    }
    factored = factorDoubles(matrix, padded, line);
  }
  solveOne(matrix, size, padded, vector, rhs, factored);
  if (rhs2 != 0) solveOne(matrix, size, padded, vector, rhs2, factored);
}

function solveOne(matrix: usize, size: i32, padded: i32, vector: usize, rhs: usize, factored: bool): void {
  const bytes = (<usize>size) << 3;
  if (!factored) {
    memory.fill(rhs, 0, bytes);
    return;
  }
  memory.copy(vector, rhs, bytes);
  memory.fill(vector + bytes, 0, ((<usize>padded) << 3) - bytes);
  solveDoubles(matrix, padded, (<usize>padded) << 3, vector);
  memory.copy(rhs, vector, bytes);
}

/** The upper triangle of M[N, N], padded to whole tiles by ones on the diagonal. */
function buildSystem(args: usize, items: usize, size: i32, padded: i32, positions: usize, matrix: usize): void {
  const diagonal = address(args, 7);
  const denseRows = address(args, 8);
  const line = (<usize>padded) << 3;
  for (let position = 0; position < size; position++) store<i32>(positions + (load<usize>(items + ((<usize>position) << 2)) << 2), position);
  for (let position = 0; position < size; position++) {
    const row = matrix + <usize>position * line;
    memory.fill(row + ((<usize>position) << 3), 0, line - ((<usize>position) << 3));
    const item = load<i32>(items + ((<usize>position) << 2));
    store<f64>(row + ((<usize>position) << 3), load<f64>(diagonal + ((<usize>item) << 3)));
    const dense = load<usize>(denseRows + ((<usize>item) << 2));
    if (dense != 0) gatherRow(dense, items, position + 1, size, row);
    else copyRow(args, item, items, position, size, positions, row);
  }
  for (let position = size; position < padded; position++) {
    const row = matrix + <usize>position * line;
    memory.fill(row + ((<usize>position) << 3), 0, line - ((<usize>position) << 3));
    store<f64>(row + ((<usize>position) << 3), 1);
  }
  for (let position = 0; position < size; position++) store<i32>(positions + (load<usize>(items + ((<usize>position) << 2)) << 2), -1);
  if (address(args, 13) != 0) addContent(args, items, size, line, positions, matrix);
}

function gatherRow(dense: usize, items: usize, first: i32, size: i32, row: usize): void {
  const last = (<usize>size) << 2;
  for (let at = (<usize>first) << 2; at < last; at += 4) store<f64>(row + (at << 1), load<f64>(dense + (load<usize>(items + at) << 3)));
}

/** What of the item's sparse row lies right of the diagonal. */
function copyRow(args: usize, item: i32, items: usize, position: i32, size: i32, positions: usize, row: usize): void {
  const starts = address(args, 4);
  const columns = address(args, 5);
  const values = address(args, 6);
  const first = load<i32>(starts + ((<usize>item) << 2));
  let at = load<i32>(starts + ((<usize>item) << 2), 4) - 1;
  if (at - first > searchFactor * (size - position)) {
    searchRow(columns, values, first, at + 1, items, position + 1, size, row);
    return;
  }
  for (; at >= first; at--) {
    const column = load<i32>(columns + ((<usize>at) << 2));
    if (column <= item) return;
    const other = load<i32>(positions + ((<usize>column) << 2));
    if (other >= 0) store<f64>(row + ((<usize>other) << 3), load<f64>(values + ((<usize>at) << 3)));
  }
}

function searchRow(columns: usize, values: usize, first: i32, until: i32, items: usize, from: i32, size: i32, row: usize): void {
  let low = first;
  for (let position = from; position < size; position++) {
    const wanted = load<i32>(items + ((<usize>position) << 2));
    let length = until - low;
    while (length > 0) {
      const half = length >> 1;
      const below = load<i32>(columns + ((<usize>(low + half)) << 2)) < wanted;
      low = select<i32>(low + half + 1, low, below);
      length = select<i32>(length - half - 1, half, below);
    }
    if (low < until && load<i32>(columns + ((<usize>low) << 2)) == wanted)
      store<f64>(row + ((<usize>position) << 3), load<f64>(values + ((<usize>low) << 3)));
  }
}

/** For each feature the list of the items so far that have it, latest first, so that only pairs that share one are met. */
function addContent(args: usize, items: usize, size: i32, line: usize, scratch: usize, matrix: usize): void {
  const starts = address(args, 13);
  const features = address(args, 14);
  const values = address(args, 15);
  const heads = scratch + address(args, 16);
  const links = scratch + address(args, 17);
  const beta = double(args, 0);
  let used: i32 = 0;
  for (let position = 0; position < size; position++) {
    const item = load<usize>(items + ((<usize>position) << 2));
    const until = load<i32>(starts + (item << 2), 4);
    for (let at = load<i32>(starts + (item << 2)); at < until; at++) {
      const head = heads + (load<usize>(features + ((<usize>at) << 2)) << 2);
      const value = <f64>load<f32>(values + ((<usize>at) << 2));
      // A link is: the next one, the position, the value.
      const link = links + ((<usize>used) << 4);
      store<i32>(link, load<i32>(head));
      store<i32>(link, position, 4);
      store<f64>(link, value, 8);
      store<i32>(head, used);
      const column = matrix + ((<usize>position) << 3);
      for (let next = used; next >= 0; ) {
        const other = links + ((<usize>next) << 4);
        const place = column + load<usize>(other, 4) * line;
        store<f64>(place, load<f64>(place) + beta * value * load<f64>(other, 8));
        next = load<i32>(other);
      }
      used++;
    }
  }
  for (let position = 0; position < size; position++) {
    const item = load<usize>(items + ((<usize>position) << 2));
    const until = load<i32>(starts + (item << 2), 4);
    for (let at = load<i32>(starts + (item << 2)); at < until; at++) store<i32>(heads + (load<usize>(features + ((<usize>at) << 2)) << 2), -1);
  }
}
