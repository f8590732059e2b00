import { learnFactors, rateAll } from "./factors.ts";
import { ratingFactory } from "./rating-model.ts";

/** SVD++ (Koren, KDD 2008): as svd, and what somebody rated at all tells of their taste too: q_i·(p_u + |R_u|^-½ Σ y_j). */
export const svdpp = ratingFactory({
  name: "svdpp",
  description: "Matrix factorisation that also learns from which items were rated",
  space: {
    factors: { kind: "choice", values: [10, 20, 50, 100] },
    epochs: { kind: "linear", low: 10, high: 100, integer: true },
    learningRate: { kind: "log", low: 0.002, high: 0.02 },
    regularisation: { kind: "log", low: 0.01, high: 0.2 },
  },
  // Longer and with more pull than is usual: chosen on another data set, MovieLens latest-small.
  defaults: { factors: 50, epochs: 60, learningRate: 0.01, regularisation: 0.1 },
  learn(ratings, params, _training, { seed }) {
    const learnt = learnFactors(ratings, params, true, seed);
    return { rate: (rated) => rateAll(learnt, rated) };
  },
});
