import { beats } from "../floors.ts";
import type { Contender, QualityRow } from "../row.ts";
import { onlineRetailRows } from "../sources/shop-tables.ts";

const baselines = [
  "tifu-knn",
  "gp-topfreq",
  "p-topfreq",
  "item-knn",
  "item-knn-jaccard",
  "ials",
  "transitions",
  "popular",
  "popular-all",
  "popular-week",
  "trending",
] as const;

export const onlineRetail: QualityRow = {
  name: "online-retail",
  about: "UK gift shop 2010–11, each customer's first order after one moment; cancellations, fees and orders of nobody left out",
  needs: ["online-retail/online_retail_2010-2011_clean.parquet"],
  protocol: "next-basket",
  metrics: "ndcg@10,recall@10,hr@10,recall@20",
  prepare: async (folder) => ({
    interactions: await onlineRetailRows(folder),
    user: "customer",
    item: "item",
    time: "time",
    order: "invoice",
    cut: "time",
  }),
  contenders: [
    { model: "linear", tuned: true },
    { model: "linear", as: "linear, defaults" },
    ...baselines.map((model): Contender => ({ model, tuned: true })),
  ],
  floors: ["ndcg@10", "recall@10"].flatMap((metric) => beats("linear", baselines, metric)),
};
