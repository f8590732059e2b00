import type { ItemId } from "#domain/ids.ts";
import { decodeArtefact, encodeArtefact } from "../artefact.ts";
import { createIdMap, type IdMap } from "../id-map.ts";
import type { Model, QueryTerm } from "../model.ts";
import { type WeightRows, weightBetween } from "./weight-rows.ts";

const version = 1;

type Meta = { ids: readonly ItemId[]; params: Readonly<Record<string, number | string>>; counts: Readonly<Record<string, number>> };

/** A model that is an item-to-item matrix: score(i) = Σ_j q_j · B[j→i]. */
export function createLinearModel(name: string, description: string, ids: IdMap, rows: WeightRows, meta: Omit<Meta, "ids">): Model {
  return {
    name,
    needs: "history",
    ids,
    score(query: readonly QueryTerm[]) {
      const values = new Float64Array(ids.size());
      const sources = query.map(({ itemId }) => ids.indexOf(itemId));
      for (const [position, source] of sources.entries()) {
        if (source === undefined) continue;
        const weight = query[position]!.weight;
        for (let at = rows.starts[source]!; at < rows.starts[source + 1]!; at++) values[rows.targets[at]!]! += weight * rows.weights[at]!;
      }
      return {
        values,
        contributionsOf(itemId: ItemId) {
          const target = ids.indexOf(itemId);
          return Float64Array.from(sources, (source, position) =>
            source === undefined || target === undefined ? 0 : query[position]!.weight * weightBetween(rows, source, target),
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

export function loadLinearModel(name: string, description: string, bytes: Uint8Array): Model {
  const { meta, sections } = decodeArtefact(bytes, name, version);
  const { ids, params, counts } = meta as Meta;
  const rows = { starts: sections.starts, targets: sections.targets, weights: sections.weights } as WeightRows;
  return createLinearModel(name, description, createIdMap(ids), rows, { params, counts });
}
