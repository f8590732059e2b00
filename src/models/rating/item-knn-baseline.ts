import { baselineDefaults, baselinesOf } from "./baselines.ts";
import { itemCorrelations } from "./item-correlations.ts";
import { createNearestMeans } from "./nearest-means.ts";
import { ratingFactory } from "./rating-model.ts";

/**
 * Neighbourhood on top of baselines (Koren, TKDD 2010, section 2.2): b_ui + Σ_j s_ij·(r_uj − b_uj) / Σ_j s_ij over the
 * `neighbours` items j most similar to i among those the person rated.
 */
export const itemKnnBaseline = ratingFactory({
  name: "item-knn-baseline",
  description: "Baselines, corrected by how the person rated similar items",
  space: {
    neighbours: { kind: "log", low: 5, high: 200, integer: true },
    shrinkage: { kind: "log", low: 10, high: 1000 },
    itemRegularisation: { kind: "log", low: 1, high: 50 },
    personRegularisation: { kind: "log", low: 1, high: 50 },
  },
  defaults: { ...baselineDefaults, neighbours: 40, shrinkage: 100 },
  learn(ratings, params) {
    const baselines = baselinesOf(ratings, params);
    const { mean, items: biases, personOf } = baselines;
    const similar = itemCorrelations(ratings, baselines, params.shrinkage);
    const means = createNearestMeans(biases.length, params.neighbours);
    return {
      counts: { similarities: similar.values.length },
      rate(rated) {
        const level = mean + personOf(rated);
        means.clear();
        for (const [place, item] of rated.items.entries()) {
          const residual = rated.values[place]! - level - biases[item]!;
          for (let at = similar.starts[item]!; at < similar.starts[item + 1]!; at++) means.add(similar.columns[at]!, similar.values[at]!, residual);
        }
        return biases.map((bias, item) => level + bias + means.meanOf(item));
      },
    };
  },
});
