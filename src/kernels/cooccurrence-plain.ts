import type { Cooccurrence } from "./cooccurrence.ts";
import { type CountRows, transposed } from "./sparse-rows.ts";

/** The plain twin of `productOf`. */
export function productPlain(left: CountRows, leftCount: number, right: CountRows, rightCount: number): CountRows {
  const byItem = transposed(left, leftCount);
  const starts = new Int32Array(leftCount + 1);
  const sums = new Int32Array(rightCount);
  const [columns, counts]: [number[], number[]] = [[], []];
  for (let row = 0; row < leftCount; row++) {
    const touched: number[] = [];
    for (let at = byItem.starts[row]!; at < byItem.starts[row + 1]!; at++) {
      const occasion = byItem.columns[at]!;
      for (let other = right.starts[occasion]!; other < right.starts[occasion + 1]!; other++) {
        const column = right.columns[other]!;
        if (sums[column] === 0) touched.push(column);
        sums[column]! += byItem.counts[at]! * right.counts[other]!;
      }
    }
    touched.sort((a, b) => a - b);
    for (const column of touched) {
      columns.push(column);
      counts.push(sums[column]!);
      sums[column] = 0;
    }
    starts[row + 1] = columns.length;
  }
  return { starts, columns: Int32Array.from(columns), counts: Int32Array.from(counts) };
}

/** The plain twin of `cooccurrence`. */
export function cooccurrencePlain(rows: CountRows, itemCount: number): Cooccurrence {
  const full = productPlain(rows, itemCount, rows, itemCount);
  const diagonal = new Int32Array(itemCount);
  const starts = new Int32Array(itemCount + 1);
  const [columns, counts]: [number[], number[]] = [[], []];
  for (let row = 0; row < itemCount; row++) {
    for (let at = full.starts[row]!; at < full.starts[row + 1]!; at++) {
      if (full.columns[at] === row) diagonal[row] = full.counts[at]!;
      else {
        columns.push(full.columns[at]!);
        counts.push(full.counts[at]!);
      }
    }
    starts[row + 1] = columns.length;
  }
  return { starts, columns: Int32Array.from(columns), counts: Int32Array.from(counts), diagonal };
}
