/**
 * How much a pair at distance d (in occasions) adds to A and C, in whole `unit`s. With s the decayed past and t the
 * decayed future at each position of a history, both fading by e^(−1/δ) an occasion (Choi et al., SLIST, WWW 2021),
 * Σ s sᵀ and Σ s tᵀ depend on distances only, so the sums over positions are tables:
 *
 *   C[a→b] += Σ_{k<d} e^(−k/δ) e^(−(d−1−k)/δ) = d · e^(−(d−1)/δ)
 *   A[a,b] += e^(−d/δ) · Σ_{k<r} e^(−2k/δ),  r = occasions that follow the later of the two, at most the window
 *
 * Rounded to whole numbers once, here, so that counts stay exactly reversible.
 */
export type TransitionKernel = {
  readonly window: number;
  /** [d], 0 < d ≤ window; before[0] is 0. */
  readonly before: Int32Array;
  /** [d · (window + 1) + r]. */
  readonly near: Int32Array;
};

/** What a pair of weight 1 at distance 1 adds to C. */
export const transitionUnit = 32;

export function createTransitionKernel(decay: number, window: number): TransitionKernel {
  const before = new Int32Array(window + 1);
  const near = new Int32Array((window + 1) * (window + 1));
  for (let distance = 0; distance <= window; distance++) {
    if (distance > 0) before[distance] = Math.round(transitionUnit * distance * Math.exp(-(distance - 1) / decay));
    let sum = 0;
    for (let rest = 0; rest <= window; rest++) {
      near[distance * (window + 1) + rest] = Math.round(transitionUnit * Math.exp(-distance / decay) * sum);
      sum += Math.exp((-2 * rest) / decay);
    }
  }
  return { window, before, near };
}

/** What a shop's counts are kept with: chosen on validation parts (docs/guide/model.md). */
export const keptTransitionDecay = 2;
export const transitionWindow = 10;
export const keptTransitions = createTransitionKernel(keptTransitionDecay, transitionWindow);
