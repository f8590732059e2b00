import { address, word } from "./arguments";

// Rows of SᵀT by Gustavson: the row's sums in a dense array, and which of them are not zero as bits, a bit of `summary`
// for each word of `touched`, so that the columns come out in order without a sort.

/** Arguments: see product-of.ts. */
export function productRows(args: usize, begin: i32, end: i32, thread: i32): void {
  const starts = address(args, 0);
  const occasions = address(args, 1);
  const counts = address(args, 2);
  const outPlaces = address(args, 6);
  const outLengths = address(args, 7);
  const outColumns = address(args, 8);
  const outCounts = address(args, 9);
  const diagonal = address(args, 10);
  const scratch = address(args, 11) + <usize>thread * address(args, 12);
  const touched = scratch + address(args, 13);
  const summary = scratch + address(args, 14);
  const summaryWords = word(args, 15);
  const firstRow = word(args, 16);
  for (let row = begin; row < end; row++) {
    const from = load<i32>(starts + ((<usize>row) << 2));
    const until = load<i32>(starts + ((<usize>row) << 2), 4);
    for (let at = from; at < until; at++) {
      addRow(args, load<i32>(occasions + ((<usize>at) << 2)), load<i32>(counts + ((<usize>at) << 2)), scratch, touched, summary);
    }
    const place = load<usize>(outPlaces + ((<usize>row) << 2)) << 2;
    const length = emptyRow(scratch, touched, summary, summaryWords, firstRow + row, diagonal, outColumns + place, outCounts + place);
    store<i32>(outLengths + ((<usize>row) << 2), length);
  }
}

function addRow(args: usize, occasion: i32, weight: i32, sums: usize, touched: usize, summary: usize): void {
  const starts = address(args, 3);
  const columns = address(args, 4);
  const counts = address(args, 5);
  const first = load<usize>(starts + ((<usize>occasion) << 2)) << 2;
  const last = load<usize>(starts + ((<usize>occasion) << 2), 4) << 2;
  for (let at = first; at < last; at += 4) {
    const column = load<u32>(columns + at);
    const place = sums + ((<usize>column) << 2);
    const old = load<i32>(place);
    store<i32>(place, old + weight * load<i32>(counts + at));
    if (old == 0) {
      const bits = touched + ((<usize>column >> 6) << 3);
      store<u64>(bits, load<u64>(bits) | ((<u64>1) << (column & 63)));
      const bit = column >> 6;
      const above = summary + ((<usize>bit >> 6) << 3);
      store<u64>(above, load<u64>(above) | ((<u64>1) << (bit & 63)));
    }
  }
}

/** Writes out what is not zero and leaves all zero. */
function emptyRow(sums: usize, touched: usize, summary: usize, words: i32, row: i32, diagonal: usize, columns: usize, counts: usize): i32 {
  let length: usize = 0;
  for (let top = 0; top < words; top++) {
    let above = load<u64>(summary + ((<usize>top) << 3));
    if (above == 0) continue;
    store<u64>(summary + ((<usize>top) << 3), 0);
    while (above != 0) {
      const middle = (top << 6) + <i32>ctz<u64>(above);
      above &= above - 1;
      let bits = load<u64>(touched + ((<usize>middle) << 3));
      store<u64>(touched + ((<usize>middle) << 3), 0);
      while (bits != 0) {
        const column = (middle << 6) + <i32>ctz<u64>(bits);
        bits &= bits - 1;
        const place = sums + ((<usize>column) << 2);
        const sum = load<i32>(place);
        store<i32>(place, 0);
        if (diagonal != 0 && column == row) {
          store<i32>(diagonal + ((<usize>row) << 2), sum);
          continue;
        }
        store<i32>(columns + (length << 2), column);
        store<i32>(counts + (length << 2), sum);
        length++;
      }
    }
  }
  return <i32>length;
}
