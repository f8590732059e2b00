import { type Result, refuse, succeed } from "#domain/problem.ts";
import { ials } from "./als/ials.ts";
import { tifuKnn } from "./basket/tifu-knn.ts";
import { gpTopFreq, pTopFreq } from "./basket/top-freq.ts";
import { content } from "./content/content.ts";
import { hybridExamples, hybridNamed } from "./hybrid/hybrid-named.ts";
import { itemKnn, itemKnnJaccard } from "./knn/item-knn.ts";
import { userKnn } from "./knn/user-knn.ts";
import { linear, together } from "./linear/linear.ts";
import type { ModelFactory, ServableFactory } from "./model.ts";
import { popular, popularAll, popularWeek, trending } from "./popular/popular.ts";
import { contentRating } from "./rating/content-rating.ts";
import { itemKnnBaseline } from "./rating/item-knn-baseline.ts";
import { ratingBaseline } from "./rating/rating-baseline.ts";
import { svd } from "./rating/svd.ts";
import { svdpp } from "./rating/svdpp.ts";
import { vmisKnn } from "./session/vmis-knn.ts";
import { transitions } from "./transitions/transitions.ts";

/** Made of counts alone: learnt, published, judged and served by name. */
export const servableModels = { linear, together, popular, trending } as const satisfies Record<string, ServableFactory>;
export type ServableName = keyof typeof servableModels;
export const servableNames = Object.keys(servableModels) as ServableName[];

/** To compare with; they live as long as an evaluation. */
const challengers = [
  popularAll,
  popularWeek,
  transitions,
  vmisKnn,
  tifuKnn,
  pTopFreq,
  gpTopFreq,
  itemKnn,
  itemKnnJaccard,
  userKnn,
  ratingBaseline,
  svd,
  svdpp,
  itemKnnBaseline,
  contentRating,
  ials,
  content,
] as const satisfies readonly ModelFactory[];

/** The only list of models. */
export const models: ReadonlyMap<string, ModelFactory> = new Map<string, ModelFactory>(
  [...Object.values(servableModels), ...challengers].map((factory) => [factory.name, factory]),
);

/** The model of that name, or the hybrid it describes; refuses a name that is not in the list. */
export function modelNamed(text: string): Result<ModelFactory> {
  return hybridNamed(text, (name) => {
    const found = models.get(name);
    if (found !== undefined) return succeed(found);
    return refuse("OPTION_INVALID", `${name}: there is no such model; there are ${[...models.keys(), ...hybridExamples].join(", ")}`);
  });
}
