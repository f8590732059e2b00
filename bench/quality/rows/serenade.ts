import { atLeast } from "../floors.ts";
import type { QualityRow } from "../row.ts";
import { sharedFile } from "../sources/shared-data.ts";

/** Of its README: m 1502, k 288, the last 4 items. */
const published = { recentSessions: 1502, neighbours: 288, maxItemsInSession: 4, idfWeighting: 1, sessionGapMinutes: 0 };

export const serenade: QualityRow = {
  name: "serenade-example",
  about: "Serenade's example sessions, each next item",
  needs: ["serenade-example/train.txt", "serenade-example/test.txt"],
  protocol: "session",
  metrics: "mrr@20,hr@20,ndcg@20",
  prepare: () => ({
    interactions: sharedFile("serenade-example/train.txt"),
    test: sharedFile("serenade-example/test.txt"),
    user: "SessionId",
    item: "ItemId",
    time: "Time",
  }),
  contenders: [
    { model: "linear", tuned: true },
    { model: "linear", as: "linear, defaults" },
    { model: "vmis-knn" },
    { model: "vmis-knn", as: "vmis-knn, as published", params: published },
    { model: "transitions", tuned: true },
    { model: "popular-all" },
  ],
  floors: [atLeast("vmis-knn", "mrr@20", 0.335)],
  yardsticks: ["VMIS-kNN .3401 (Serenade's README), .343 re-measured with a small independent implementation"],
};
