import { atLeast, notBehind } from "../floors.ts";
import type { QualityRow } from "../row.ts";
import { tafengRows } from "../sources/shop-tables.ts";

export const tafeng: QualityRow = {
  name: "tafeng",
  about: "Ta-Feng, the next basket of everybody, repeats allowed",
  needs: ["tafeng/tafeng_history.json", "tafeng/tafeng_future.json"],
  protocol: "next-basket",
  metrics: "recall@10,ndcg@10,hr@10,recall@20",
  prepare: (folder) => ({
    interactions: tafengRows("history", folder),
    test: tafengRows("future", folder),
    user: "user",
    item: "item",
    order: "order",
  }),
  contenders: [
    { model: "linear", tuned: true },
    { model: "linear", as: "linear, defaults" },
    { model: "tifu-knn" },
    { model: "gp-topfreq" },
    { model: "p-topfreq" },
    { model: "transitions", tuned: true },
    { model: "popular-all" },
  ],
  floors: [atLeast("tifu-knn", "recall@10", 0.127), atLeast("gp-topfreq", "recall@10", 0.119), notBehind("linear", "tifu-knn", "recall@10")],
  yardsticks: ["Recall@10/NDCG@10: TIFU-kNN .130/.101 (its paper), .128/.105 (Li et al., TOIS 2023), GP-TopFreq .1195/.107, P-TopFreq .106"],
};
