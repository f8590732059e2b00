import { expect, test } from "vitest";
import { readMetrics } from "./read-metrics.ts";

test("the baseline stands beside the measure it belongs to", () => {
  expect(readMetrics({ "ndcg@10": 0.05, "popular.ndcg@10": 0.02, "coverage@10": 0.6, "popular.hr@10": 0.04 })).toEqual([
    { metric: "ndcg@10", own: 0.05, popular: 0.02 },
    { metric: "coverage@10", own: 0.6, popular: null },
    { metric: "hr@10", own: null, popular: 0.04 },
  ]);
});
