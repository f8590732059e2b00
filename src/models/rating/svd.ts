import { learnFactors, rateAll } from "./factors.ts";
import { ratingFactory } from "./rating-model.ts";

/** Biased matrix factorisation (Funk 2006; Koren, Bell & Volinsky, IEEE Computer 2009): μ + b_u + b_i + q_i·p_u. */
export const svd = ratingFactory({
  name: "svd",
  description: "Matrix factorisation of what is left of the ratings after the biases",
  space: {
    factors: { kind: "choice", values: [20, 50, 100, 200] },
    epochs: { kind: "linear", low: 10, high: 100, integer: true },
    learningRate: { kind: "log", low: 0.002, high: 0.02 },
    regularisation: { kind: "log", low: 0.01, high: 0.2 },
  },
  // Longer and with more pull than is usual: chosen on another data set, MovieLens latest-small.
  defaults: { factors: 100, epochs: 60, learningRate: 0.01, regularisation: 0.1 },
  learn(ratings, params, _training, { seed }) {
    const learnt = learnFactors(ratings, params, false, seed);
    return { rate: (rated) => rateAll(learnt, rated) };
  },
});
