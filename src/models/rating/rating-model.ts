import type { FitOptions, Model, ModelFactory, Training } from "../model.ts";
import type { ParamSpace, Params } from "../params.ts";
import { type Rated, type Ratings, ratedIn, ratingsOf } from "./ratings.ts";

type Fitted = {
  /** The rating of each item by one who rated so. */
  rate(rated: Rated): Float64Array;
  readonly counts?: Readonly<Record<string, number>>;
};

type Recipe<P extends Params> = {
  readonly name: string;
  readonly description: string;
  readonly space: ParamSpace;
  readonly defaults: P;
  learn(ratings: Ratings, params: P, training: Training, options: FitOptions): Fitted;
};

/**
 * A model that predicts ratings. Nobody is kept: what is peculiar to a person is estimated anew from the ratings in the
 * question (fold-in), given what was learnt of the items. It ranks by how far above the mean an item would be rated.
 */
export function ratingFactory<P extends Params>({ name, description, space, defaults, learn }: Recipe<P>): ModelFactory {
  return {
    name,
    needs: "history",
    explains: "none",
    space,
    fit(training, options): Model {
      const ratings = ratingsOf(training.histories);
      const params: P = { ...defaults, ...options.params };
      const fitted = learn(ratings, params, training, options);
      const { ids, byPerson, mean } = ratings;
      const counts = { people: training.histories.length, items: ids.size(), ratings: byPerson.values.length, ...fitted.counts };
      return {
        name,
        needs: "history",
        ids,
        rate: (query) => fitted.rate(ratedIn(query, ratings)),
        score: (query) => ({ values: fitted.rate(ratedIn(query, ratings)).map((rating) => rating - mean), contributionsOf: () => null }),
        describe: () => ({ description, params, counts }),
      };
    },
  };
}
