/** B by source item: row j holds the items that j speaks for (targets ascend) and how loudly. */
export type WeightRows = { readonly starts: Int32Array; readonly targets: Int32Array; readonly weights: Float64Array };

/** Collects weights in order of target and turns them into rows by source. Weights of zero are left out. */
export function createRows(n: number): { add(source: number, target: number, weight: number): void; finish(): WeightRows } {
  const targets: number[][] = Array.from({ length: n }, () => []);
  const weights: number[][] = Array.from({ length: n }, () => []);
  return {
    add(source, target, weight) {
      if (weight === 0) return;
      targets[source]!.push(target);
      weights[source]!.push(weight);
    },
    finish() {
      const starts = new Int32Array(n + 1);
      for (let row = 0; row < n; row++) starts[row + 1] = starts[row]! + targets[row]!.length;
      return { starts, targets: Int32Array.from(targets.flat()), weights: Float64Array.from(weights.flat()) };
    },
  };
}

/** The weight from source to target; 0 where there is none. */
export function weightBetween(rows: WeightRows, source: number, target: number): number {
  let [low, high] = [rows.starts[source]!, rows.starts[source + 1]! - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = rows.targets[middle]!;
    if (found === target) return rows.weights[middle]!;
    if (found < target) low = middle + 1;
    else high = middle - 1;
  }
  return 0;
}
