import { baselineDefaults, baselinesOf } from "./baselines.ts";
import { ratingFactory } from "./rating-model.ts";

/** How much better than others an item is rated, and how much kinder than others a person rates; nothing of taste. */
export const ratingBaseline = ratingFactory({
  name: "rating-baseline",
  description: "Mean rating, the item's and the person's departure from it",
  space: {
    itemRegularisation: { kind: "log", low: 1, high: 50 },
    personRegularisation: { kind: "log", low: 1, high: 50 },
  },
  defaults: baselineDefaults,
  learn(ratings, params) {
    const { mean, items, personOf } = baselinesOf(ratings, params);
    return {
      rate(rated) {
        const level = mean + personOf(rated);
        return items.map((bias) => level + bias);
      },
    };
  },
});
