import type { ItemId } from "#domain/ids.ts";
import { topK } from "#kernels/top-k.ts";
import { createIdMap } from "../id-map.ts";
import type { ModelFactory } from "../model.ts";
import type { ParamSpace } from "../params.ts";
import { queryOf } from "../query.ts";
import { basketsOf } from "./baskets.ts";
import { indexFrequencies } from "./frequency-index.ts";
import { itemFrequency } from "./item-frequency.ts";

const name = "tifu-knn";
const description = "What one takes again and again, and what those with like habits take (TIFU-kNN)";

const space = {
  neighbours: { kind: "choice", values: [100, 300, 500, 900] },
  /** α: the share of one's own habits. */
  ownShare: { kind: "linear", low: 0.1, high: 0.9 },
  withinDecay: { kind: "choice", values: [0.6, 0.7, 0.8, 0.9, 1] },
  groupDecay: { kind: "choice", values: [0.5, 0.6, 0.7, 0.8, 0.9, 1] },
  groupSize: { kind: "choice", values: [3, 5, 7, 9, 11] },
  /** 0: near by Euclidean distance, as published; 1: by the cosine. */
  cosine: { kind: "choice", values: [0, 1] },
} as const satisfies ParamSpace;

/**
 * TIFU-kNN (Hu, He, Gao, Zhang, SIGIR 2020): score = α · own frequency + (1 − α) · mean frequency of the k people with
 * the nearest frequencies. Who asks with nothing gets the mean of everybody. The defaults are those published for Ta-Feng;
 * neighbours are at most an eighth of the people, or else all are.
 */
export const tifuKnn: ModelFactory = {
  name,
  needs: "history",
  explains: "none",
  space,
  fit({ histories }, options) {
    const params = {
      neighbours: Math.min(300, Math.max(1, Math.ceil(histories.length / 8))),
      ownShare: 0.7,
      withinDecay: 0.9,
      groupDecay: 0.7,
      groupSize: 7,
      cosine: 0,
      ...options.params,
    };
    const questions = histories.map(queryOf);
    const met = new Set<ItemId>(questions.flatMap((question) => question.filter(({ strength }) => strength > 0).map(({ itemId }) => itemId)));
    const ids = createIdMap([...met].sort((a, b) => (a < b ? -1 : 1)));
    const index = indexFrequencies(
      questions.map((question) => itemFrequency(basketsOf(question, ids), params)),
      ids.size(),
    );
    const everybody = Int32Array.from({ length: index.people }, (_, person) => person);
    return {
      name,
      needs: "history",
      ids,
      score(query) {
        const own = itemFrequency(basketsOf(query, ids), params);
        const near = own.size === 0 ? everybody : topK(index.nearness(own, params.cosine === 1), params.neighbours);
        const values = new Float64Array(ids.size());
        index.addMean(near, 1 - params.ownShare, values);
        for (const [item, frequency] of own) values[item]! += params.ownShare * frequency;
        return { values, contributionsOf: () => null };
      },
      describe: () => ({ description, params, counts: { items: ids.size(), people: index.people } }),
    };
  },
};
