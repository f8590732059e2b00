/** Weighted means over the `k` heaviest of the values added, for many targets at once. */
export type NearestMeans = {
  add(target: number, weight: number, value: number): void;
  /** Σ weight·value / Σ weight over the heaviest of the target; 0 where nothing was added. */
  meanOf(target: number): number;
  clear(): void;
};

/** Room for `k` values of each of `targets` targets, each a heap with the lightest on top once it is full. */
export function createNearestMeans(targets: number, k: number): NearestMeans {
  const sizes = new Int32Array(targets);
  const weights = new Float64Array(targets * k);
  const values = new Float64Array(targets * k);

  function sink(first: number, from: number, weight: number, value: number): void {
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= k) break;
      if (child + 1 < k && weights[first + child + 1]! < weights[first + child]!) child++;
      if (weights[first + child]! >= weight) break;
      weights[first + at] = weights[first + child]!;
      values[first + at] = values[first + child]!;
      at = child;
    }
    weights[first + at] = weight;
    values[first + at] = value;
  }

  return {
    add(target, weight, value) {
      const first = target * k;
      if (sizes[target]! < k) {
        const last = first + sizes[target]!++;
        weights[last] = weight;
        values[last] = value;
        // Most targets never fill up: those that do become a heap only then.
        if (sizes[target] === k) for (let at = (k >> 1) - 1; at >= 0; at--) sink(first, at, weights[first + at]!, values[first + at]!);
      } else if (weight > weights[first]!) sink(first, 0, weight, value);
    },
    meanOf(target) {
      let [sum, total] = [0, 0];
      for (let at = target * k; at < target * k + sizes[target]!; at++) {
        sum += weights[at]! * values[at]!;
        total += weights[at]!;
      }
      return total > 0 ? sum / total : 0;
    },
    clear: () => void sizes.fill(0),
  };
}
