import { expect, it } from "vitest";
import type { ItemId } from "#domain/ids.ts";
import { createIdMap } from "#models/id-map.ts";
import type { Model } from "#models/model.ts";
import { rankCase } from "./rank-case.ts";

const ids = createIdMap([..."abcd"] as ItemId[]);
const values = Float64Array.of(3, 1, 2, Number.NaN);
const model: Model = {
  name: "fixed",
  needs: "nothing",
  ids,
  score: () => ({ values, contributionsOf: () => null }),
  describe: () => ({ description: "", params: {}, counts: {} }),
};
const rank = (seen: string[], k: number) => rankCase(model, { query: [], seen: seen as ItemId[] }, k).map((index) => ids.idOf(index));

it("ranks everything but what was seen, never what has no score, and leaves the model's answer as it was", () => {
  expect(rank([], 10)).toEqual(["a", "c", "b"]);
  expect(rank(["a", "a", "unknown"], 2)).toEqual(["c", "b"]);
  expect(rank(["a", "b", "c", "d"], 2)).toEqual([]);
  expect(rank([], 1)).toEqual(["a"]);
  expect([...values]).toEqual([3, 1, 2, Number.NaN]);
});
