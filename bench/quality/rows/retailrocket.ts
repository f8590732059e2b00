import { denseEase } from "../dense-ease.ts";
import { notBehind } from "../floors.ts";
import type { QualityRow } from "../row.ts";
import { retailrocketRows } from "../sources/shop-tables.ts";

export const retailrocket: QualityRow = {
  name: "retailrocket-caserec",
  about: "RetailRocket, views, carts and purchases without times; people who were not learnt from, a fifth of their items asked for",
  needs: ["view", "add_to_cart", "purchase"].map((name) => `retailrocket-caserec/${name}_ecommerce.dat`),
  protocol: "strong-generalization",
  metrics: "ndcg@10,recall@20,hr@10",
  prepare: async (folder) => ({ interactions: await retailrocketRows(folder), user: "user", item: "item", time: "time", event: "event" }),
  contenders: [
    { model: "linear", tuned: true },
    { model: "linear", as: "linear, defaults" },
    { model: denseEase, tuned: true },
    { model: "item-knn", tuned: true },
    { model: "ials", tuned: true },
    { model: "popular-all" },
  ],
  floors: ["ndcg@10", "recall@20"].map((metric) => notBehind("linear", "dense-ease", metric)),
};
