import type { ItemId } from "#domain/ids.ts";
import { createIdMap, type IdMap } from "../id-map.ts";
import type { Model, ModelFactory, Query, Training } from "../model.ts";
import { type BasketLine, basketsOf } from "./baskets.ts";

// Frequency, then recency, then popularity, in one number. A purchase is worth 1. Recency adds less than half to a count
// of one: two baskets outrank the latest one; a later basket outranks all earlier ones together, as far as doubles tell
// them apart. Popularity comes in at 2⁻³⁰, below the recency of the last twenty baskets.
const recencyShare = 1 / 4;
const popularityShare = 2 ** -30;

/** How much one line says for its item. `age`: baskets since. */
const worthOf = ({ item, strength }: BasketLine, age: number, popularity: Float64Array) =>
  strength * (1 + recencyShare * 2 ** -age) * (1 + popularityShare * popularity[item]!);

/** Each item's people and baskets as a share of the most popular one's. */
function popularityOf({ histories }: Training): { ids: IdMap; popularity: Float64Array } {
  const counts = new Map<ItemId, number>();
  for (const history of histories) {
    for (const { itemId, weight } of history) if (weight > 0) counts.set(itemId, (counts.get(itemId) ?? 0) + weight);
  }
  const ids = createIdMap([...counts.keys()].sort((a, b) => (a < b ? -1 : 1)));
  let highest = 0;
  for (const count of counts.values()) highest = Math.max(highest, count);
  return { ids, popularity: Float64Array.from(ids.ids(), (itemId) => counts.get(itemId)! / highest) };
}

function personalScores(query: Query, ids: IdMap, popularity: Float64Array): { values: Float64Array; baskets: BasketLine[][] } {
  const values = new Float64Array(ids.size());
  const baskets = basketsOf(query, ids);
  for (const [age, basket] of baskets.entries()) for (const line of basket) values[line.item]! += worthOf(line, age, popularity);
  return { values, baskets };
}

function describeWith(description: string, ids: IdMap): Model["describe"] {
  return () => ({ description, params: {}, counts: { items: ids.size() } });
}

/** What the person took in most baskets; the later of equals first. It only repeats. P-TopFreq of Li et al., TOIS 2023. */
export const pTopFreq: ModelFactory = {
  name: "p-topfreq",
  needs: "history",
  explains: "sum",
  space: {},
  fit(training) {
    const { ids, popularity } = popularityOf(training);
    return {
      name: "p-topfreq",
      needs: "history",
      ids,
      score(query) {
        const { values, baskets } = personalScores(query, ids, popularity);
        return {
          values,
          contributionsOf(itemId) {
            const contributions = new Float64Array(query.length);
            const item = ids.indexOf(itemId);
            for (const [age, basket] of baskets.entries()) {
              for (const line of basket) if (line.item === item) contributions[line.term] = worthOf(line, age, popularity);
            }
            return contributions;
          },
        };
      },
      describe: describeWith("What the person took most often, the latest of equals first", ids),
    };
  },
};

/** The same, filled up with what most people took. GP-TopFreq of Li et al., TOIS 2023. */
export const gpTopFreq: ModelFactory = {
  name: "gp-topfreq",
  needs: "history",
  // What fills the list up is nobody's past.
  explains: "none",
  space: {},
  fit(training) {
    const { ids, popularity } = popularityOf(training);
    return {
      name: "gp-topfreq",
      needs: "history",
      ids,
      score(query) {
        const { values } = personalScores(query, ids, popularity);
        // A look is worth a third, so that an eighth stays below all that the person knows.
        for (let item = 0; item < values.length; item++) if (values[item] === 0) values[item] = popularity[item]! / 8;
        return { values, contributionsOf: () => null };
      },
      describe: describeWith("What the person took most often, then what most people took", ids),
    };
  },
};
