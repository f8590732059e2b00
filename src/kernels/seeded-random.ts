/**
 * A small repeatable source of chance (sfc32, 128 bits of state, filled by splitmix32): the same seed gives the same
 * numbers on every machine. For simulations, samples and tests; never for secrets.
 */
export type SeededRandom = {
  /** Uniform in [0, 1). */
  next(): number;
  /** Whole number in [0, n). */
  int(n: number): number;
  /** One entry; the array must not be empty. */
  pick<Value>(values: readonly Value[]): Value;
  /** Normal with mean 0 and deviation 1. */
  normal(): number;
  poisson(mean: number): number;
  /** Index drawn in proportion to its weight; weights ≤ 0 are never drawn, and −1 means that no weight was positive. */
  weighted(weights: ArrayLike<number>): number;
  /** A shuffled copy. */
  shuffle<Value>(values: readonly Value[]): Value[];
};

export function createSeededRandom(seed: number): SeededRandom {
  const next = sfc32(seed);
  const int = (n: number) => Math.floor(next() * n);
  // Box–Muller without its second number: keeping it would be state that a reader has to know about.
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    int,
    pick: (values) => {
      if (values.length === 0) throw new Error("cannot pick from nothing");
      return values[int(values.length)] as (typeof values)[number];
    },
    normal,
    poisson: (mean) => (mean > 30 ? Math.max(0, Math.round(mean + Math.sqrt(mean) * normal())) : smallPoisson(mean, next)),
    weighted: (weights) => drawWeighted(weights, next),
    shuffle: (values) => {
      const copy = [...values];
      for (let last = copy.length - 1; last > 0; last--) {
        const other = int(last + 1);
        [copy[last], copy[other]] = [copy[other] as (typeof copy)[number], copy[last] as (typeof copy)[number]];
      }
      return copy;
    },
  };
}

/** Knuth's product of uniforms: exact, and quick for the small means it is used for. */
function smallPoisson(mean: number, next: () => number): number {
  const floor = Math.exp(-mean);
  let count = 0;
  for (let product = next(); product > floor; product *= next()) count++;
  return count;
}

function drawWeighted(weights: ArrayLike<number>, next: () => number): number {
  let total = 0;
  for (let at = 0; at < weights.length; at++) total += Math.max(0, weights[at] as number);
  let left = next() * total;
  let lastPositive = -1;
  for (let at = 0; at < weights.length; at++) {
    const weight = weights[at] as number;
    if (!(weight > 0)) continue;
    lastPositive = at;
    left -= weight;
    if (left < 0) return at;
  }
  return lastPositive;
}

function sfc32(seed: number): () => number {
  const fill = splitmix32(seed);
  let [a, b, c, counter] = [fill(), fill(), fill(), 1];
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 4_294_967_296;
  };
  // The first outputs of close seeds resemble each other; the generator's author prescribes a warm-up.
  for (let round = 0; round < 12; round++) next();
  return next;
}

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
}
