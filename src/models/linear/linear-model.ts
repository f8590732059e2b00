import type { ItemId } from "#domain/ids.ts";
import { decodeArtefact, encodeArtefact } from "../artefact.ts";
import { createIdMap, type IdMap } from "../id-map.ts";
import type { Query, ServableModel } from "../model.ts";
import { type WeightRows, weightBetween } from "./weight-rows.ts";

const version = 1;
export const defaultDecay = 8;

type Meta = { ids: readonly ItemId[]; params: Readonly<Record<string, number | string>>; counts: Readonly<Record<string, number>> };

/** A model that is an item-to-item matrix: score(i) = Σ_j q_j · B[j→i]. */
export function createLinearModel(name: string, description: string, ids: IdMap, rows: WeightRows, meta: Omit<Meta, "ids">): ServableModel {
  // Artefacts of before it was a parameter have none.
  const { decay = defaultDecay } = meta.params as { decay?: number };
  return {
    name,
    needs: "history",
    ids,
    score(query: Query) {
      const values = new Float64Array(ids.size());
      const sources = query.map(({ itemId }) => ids.indexOf(itemId));
      const asked = query.map(({ strength, age }) => strength * Math.exp(-age / decay));
      for (const [position, source] of sources.entries()) {
        if (source === undefined) continue;
        const weight = asked[position]!;
        for (let at = rows.starts[source]!; at < rows.starts[source + 1]!; at++) values[rows.targets[at]!]! += weight * rows.weights[at]!;
      }
      return {
        values,
        contributionsOf(itemId: ItemId) {
          const target = ids.indexOf(itemId);
          return Float64Array.from(sources, (source, position) =>
            source === undefined || target === undefined ? 0 : asked[position]! * weightBetween(rows, source, target),
          );
        },
      };
    },
    save: () =>
      encodeArtefact({
        kind: name,
        version,
        meta: { ids: ids.ids(), ...meta } satisfies Meta,
        sections: { starts: rows.starts, targets: rows.targets, weights: rows.weights },
      }),
    describe: () => ({ description, params: meta.params, counts: { ...meta.counts, weights: rows.weights.length } }),
  };
}

export function loadLinearModel(name: string, description: string, bytes: Uint8Array): ServableModel {
  const { meta, sections } = decodeArtefact(bytes, name, version);
  const { ids, params, counts } = meta as Meta;
  const rows = { starts: sections.starts, targets: sections.targets, weights: sections.weights } as WeightRows;
  return createLinearModel(name, description, createIdMap(ids), rows, { params, counts });
}
