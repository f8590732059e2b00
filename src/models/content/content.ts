import type { ItemId } from "#domain/ids.ts";
import { createIdMap } from "../id-map.ts";
import type { Model, ModelFactory, Query } from "../model.ts";
import type { ItemContent } from "./item-content.ts";
import { addCosines, cosineBetween, defaultRarity, unitRows } from "./unit-rows.ts";

export type ContentParams = {
  /** Occasions after which an event asks 1/e as loudly as the latest. */
  readonly decay: number;
  /** How much more a feature counts that few items have: 1 as in content (÷ √df), 0 not at all beyond TF-IDF. */
  readonly rarity: number;
};

const defaults: ContentParams = { decay: 8, rarity: defaultRarity };

/**
 * What is described like the items of the past: score(i) = Σ_j q_j · cos(F_j, F_i), j ≠ i, with q_j = strength · exp(−age / decay).
 * Knows every item of the catalogue, the never sold too, and no other; learns nothing from anybody.
 */
export const content: ModelFactory = {
  name: "content",
  needs: "history",
  explains: "sum",
  space: { decay: { kind: "log", low: 1, high: 100 }, rarity: { kind: "linear", low: 0, high: 1 } },
  fit: ({ content: given }, options) => createContentModel(given, { ...defaults, ...options.params }),
};

function createContentModel(given: ItemContent | null, params: ContentParams): Model {
  const known: ItemContent = given ?? {
    ids: createIdMap(),
    names: [],
    starts: new Int32Array(1),
    features: new Int32Array(),
    values: new Float32Array(),
  };
  const { ids } = known;
  const rows = unitRows(known, params.rarity);
  const cosines = new Float64Array(ids.size());
  const met = new Int32Array(ids.size());
  return {
    name: "content",
    needs: "history",
    ids,
    score(query: Query) {
      const values = new Float64Array(ids.size());
      const sources = query.map(({ itemId }) => ids.indexOf(itemId));
      const asked = query.map(({ strength, age }) => strength * Math.exp(-age / params.decay));
      for (const [position, source] of sources.entries()) {
        if (source === undefined) continue;
        const count = addCosines(rows, source, cosines, met);
        for (let place = 0; place < count; place++) {
          const target = met[place]!;
          // An item is no reason for itself.
          if (target !== source) values[target]! += asked[position]! * cosines[target]!;
          cosines[target] = 0;
        }
      }
      return {
        values,
        contributionsOf(itemId: ItemId) {
          const target = ids.indexOf(itemId);
          return Float64Array.from(sources, (source, position) => {
            if (source === undefined || target === undefined || source === target) return 0;
            const cosine = cosineBetween(rows, source, target);
            return cosine === 0 ? 0 : asked[position]! * cosine;
          });
        },
      };
    },
    describe: () => ({
      description: "Items described like those of the past: cosine of TF-IDF over words, spelling, category, brand and price band",
      params,
      counts: { items: ids.size(), features: known.names.length, values: known.values.length },
    }),
  };
}
