/** B by source item: row j holds the items that j speaks for (targets ascend) and how loudly. */
export type WeightRows = { readonly starts: Int32Array; readonly targets: Int32Array; readonly weights: Float32Array | Float64Array };

/** `contentWeights` is the part of each weight that the catalogue's words made; null where nothing is described. */
export type LinearRows = WeightRows & { readonly contentWeights: Float32Array | null };

/**
 * The same by target, as it is solved: the sources of each target ascend. Neighbours that were given no weight stand
 * here too, since the others were solved against them.
 */
export type TargetRows = {
  readonly starts: Int32Array;
  readonly items: Int32Array;
  readonly weights: Float32Array;
  readonly contentWeights: Float32Array | null;
};

/** Turns the rows over; what has no weight is left out. Row r is the target `targets[r]`, or r where none are given. */
export function bySource({ starts, items, weights, contentWeights }: TargetRows, n = starts.length - 1, targets?: Int32Array): LinearRows {
  const sourceStarts = new Int32Array(n + 1);
  for (let at = 0; at < items.length; at++) if (weights[at] !== 0) sourceStarts[items[at]! + 1]!++;
  for (let row = 0; row < n; row++) sourceStarts[row + 1]! += sourceStarts[row]!;
  const next = sourceStarts.slice(0, n);
  const rows = {
    starts: sourceStarts,
    targets: new Int32Array(sourceStarts[n]!),
    weights: new Float32Array(sourceStarts[n]!),
    contentWeights: contentWeights === null ? null : new Float32Array(sourceStarts[n]!),
  };
  for (let row = 0; row < starts.length - 1; row++) {
    const target = targets === undefined ? row : targets[row]!;
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      if (weights[at] === 0) continue;
      const place = next[items[at]!]!++;
      rows.targets[place] = target;
      rows.weights[place] = weights[at]!;
      if (rows.contentWeights !== null) rows.contentWeights[place] = contentWeights![at]!;
    }
  }
  return rows;
}

/** Where in `rows` the weight from source to target stands; −1 where there is none. */
export function placeBetween(rows: Pick<WeightRows, "starts" | "targets">, source: number, target: number): number {
  let [low, high] = [rows.starts[source]!, rows.starts[source + 1]! - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = rows.targets[middle]!;
    if (found === target) return middle;
    if (found < target) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** The weight from source to target; 0 where there is none. */
export function weightBetween(rows: WeightRows, source: number, target: number): number {
  const place = placeBetween(rows, source, target);
  return place < 0 ? 0 : rows.weights[place]!;
}
