import { denseEase } from "../dense-ease.ts";
import { atLeast, atMost, beats } from "../floors.ts";
import type { Contender, QualityRow } from "../row.ts";
import { contentOfMlLatest, genresOfMl100k } from "../sources/film-content.ts";
import { sharedFile } from "../sources/shared-data.ts";

const linearByDefault = "linear, defaults";
const linearBlind = "linear, no content";

const ml100k = { interactions: sharedFile("ml-100k/u.data"), user: "1", item: "2", rating: "3", time: "4" };

export const ml100kLoo: QualityRow = {
  name: "ml-100k-loo",
  about: "MovieLens 100K, the last film of each person",
  needs: ["ml-100k/u.data"],
  protocol: "leave-one-out",
  metrics: "ndcg@10,hr@10,recall@20,mrr@10",
  prepare: () => ml100k,
  contenders: [
    { model: "linear", tuned: true },
    { model: "linear", as: linearByDefault },
    { model: "transitions", tuned: true },
    { model: denseEase, tuned: true },
    { model: "item-knn", tuned: true },
    { model: "ials", tuned: true },
    { model: "popular-all" },
  ],
  floors: [atLeast("linear", "ndcg@10", 0.115)],
  yardsticks: [
    "a slow reference implementation: similarity and transition, decayed query .119, EASE with decayed query .106, EASE .072, popular .045",
  ],
};

const hybridRater = "augmented(item-knn,content-rating)";

export const ml100kRating: QualityRow = {
  name: "ml-100k-rating",
  about: "MovieLens 100K, each rating from the others of the same person, five folds",
  needs: ["ml-100k/u.data", "ml-100k/u.item", "ml-100k/u.genre"],
  protocol: "rating",
  metrics: "rmse,mae",
  prepare: (folder) => ({ ...ml100k, items: genresOfMl100k(folder) }),
  contenders: [
    { model: "svdpp" },
    { model: "svd" },
    { model: "item-knn-baseline" },
    { model: "rating-baseline" },
    { model: "content-rating" },
    { model: hybridRater },
    { model: "svd", as: "svd, as Surprise", params: { factors: 100, epochs: 20, learningRate: 0.005, regularisation: 0.02 } },
    { model: "svdpp", as: "svdpp, as Surprise", params: { factors: 20, epochs: 20, learningRate: 0.007, regularisation: 0.02 } },
  ],
  floors: [atMost("svd", "rmse", 0.94), atMost("svdpp", "rmse", 0.925), atMost("item-knn-baseline", "rmse", 0.935)],
  yardsticks: [
    "Surprise's documentation, RMSE/MAE: baseline .944/.748, kNN-baseline (people) .931/.733, SVD .934/.737, SVD++ .919/.721",
    "Surprise run here on folds of its own (bench/peers/surprise): baseline .9439, kNN-baseline (items) .9165, SVD .9365, SVD++ .9188",
  ],
};

const filmBaselines = [
  "popular",
  "popular-all",
  "popular-week",
  "trending",
  "item-knn",
  "item-knn-jaccard",
  "user-knn",
  "ials",
  "content",
  "transitions",
] as const;

const mlLatest = {
  needs: ["ratings", "movies", "tags"].map((name) => `ml-latest-small/${name}.csv`),
  metrics: "ndcg@10,hr@10,recall@20,mrr@10",
  prepare: async (folder: string) => ({ interactions: sharedFile("ml-latest-small/ratings.csv"), items: await contentOfMlLatest(folder) }),
  contenders: [
    { model: "linear", tuned: true },
    { model: "linear", as: linearByDefault },
    { model: "linear", as: linearBlind, blind: true, tuned: true },
    ...filmBaselines.map((model): Contender => ({ model, tuned: true })),
  ],
  floors: [...beats("linear", filmBaselines, "ndcg@10"), ...beats("linear", filmBaselines, "recall@20")],
} as const satisfies Partial<QualityRow>;

/** Few people rated films both before and after any moment: some thirty are asked. */
export const mlLatestSmall: QualityRow = {
  ...mlLatest,
  name: "ml-latest-small",
  about: "MovieLens latest-small, what was new to people after one moment; genres and earlier tags are content",
  protocol: "time-split",
};

/** The same with everybody asked. */
export const mlLatestSmallLoo: QualityRow = {
  ...mlLatest,
  name: "ml-latest-small-loo",
  about: "MovieLens latest-small, the last film of each person; genres and earlier tags are content",
  protocol: "leave-one-out",
};
