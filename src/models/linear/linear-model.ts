import type { ItemId } from "#domain/ids.ts";
import { decodeArtefact, encodeArtefact, type Section } from "../artefact.ts";
import { createIdMap, type IdMap } from "../id-map.ts";
import type { Query, QueryTerm, ServableModel, TellContent } from "../model.ts";
import { onGrid } from "./exact-sum.ts";
import { type KnownFeatures, shareOfFeatures } from "./known-features.ts";
import { createQuickRanking } from "./quick-ranking.ts";
import { type LinearRows, placeBetween } from "./weight-rows.ts";

const version = 2;
/** Weights in doubles, no popularity and no content; the question faded by one decay of eight occasions. */
const firstVersion = 1;
const firstVersionAsk = { decay: 8, longDecay: 1, longShare: 0, popularity: 0, strengths: 1 };

/** How the past fades in a question, and what being popular adds. */
export type Asking = {
  readonly decay: number;
  readonly longDecay: number;
  readonly longShare: number;
  readonly popularity: number;
  readonly strengths: number;
};

export type LinearParts = {
  readonly name: string;
  readonly description: string;
  readonly ids: IdMap;
  readonly rows: LinearRows;
  /** Share of the highest, per item. */
  readonly popularity: Float32Array;
  /** What the catalogue says of the items; null where nothing is known. */
  readonly features: KnownFeatures | null;
  readonly params: Readonly<Record<string, number | string>>;
  readonly counts: Readonly<Record<string, number>>;
};

type Meta = Pick<LinearParts, "params" | "counts"> & { readonly ids: readonly ItemId[]; readonly featureNames?: readonly string[] };

/** A model that is an item-to-item matrix: score(i) = Σ_j q_j · B[j→i] + γ · Σ_j q_j · popularity(i). */
export function createLinearModel(parts: LinearParts): ServableModel {
  const { name, ids, rows, popularity } = parts;
  const asking = { ...firstVersionAsk, ...parts.params } as Asking;
  const fade = (age: number) => Math.exp(-age / asking.decay) + asking.longShare * Math.exp(-age / asking.longDecay);
  const loudness = ({ strength, age }: QueryTerm) => (asking.strengths === 0 && strength > 0 ? 1 : strength) * fade(age);
  const ranking = createQuickRanking(rows, popularity);
  return {
    name,
    needs: "history",
    ids,
    score(query: Query) {
      const values = new Float64Array(ids.size());
      const sources = query.map(({ itemId }) => ids.indexOf(itemId));
      const asked = query.map(loudness);
      let voices = 0;
      for (const [position, source] of sources.entries()) {
        if (source === undefined) continue;
        const weight = asked[position]!;
        voices += Math.max(0, weight);
        for (let at = rows.starts[source]!; at < rows.starts[source + 1]!; at++) values[rows.targets[at]!]! += onGrid(weight * rows.weights[at]!);
      }
      const share = asking.popularity * voices;
      const base = share === 0 ? null : new Float64Array(values.length);
      if (base !== null) {
        for (let item = 0; item < base.length; item++) {
          base[item] = onGrid(share * popularity[item]!);
          values[item]! += base[item]!;
        }
      }
      const placeOf = (position: number, target: number | undefined) =>
        sources[position] === undefined || target === undefined ? -1 : placeBetween(rows, sources[position], target);
      return {
        values,
        ...(base === null ? {} : { base }),
        contributionsOf(itemId: ItemId) {
          const target = ids.indexOf(itemId);
          return Float64Array.from(sources, (_, position) => {
            const place = placeOf(position, target);
            return place < 0 ? 0 : onGrid(asked[position]! * rows.weights[place]!);
          });
        },
        contentOf(itemId: ItemId, tell: TellContent) {
          const { features } = parts;
          if (rows.contentWeights === null || features === null) return;
          const target = ids.indexOf(itemId);
          for (const [position, source] of sources.entries()) {
            const place = placeOf(position, target);
            const weight = place < 0 ? 0 : rows.contentWeights[place]!;
            if (weight === 0) continue;
            const amount = asked[position]! * weight;
            shareOfFeatures(features, source!, target!, amount, (feature, contribution) => tell(position, feature, contribution));
          }
        },
      };
    },
    best(query: Query, k: number, without: readonly ItemId[]) {
      const sources = query.map(({ itemId }) => ids.indexOf(itemId) ?? -1);
      const weights = Float64Array.from(query, loudness);
      const hidden = without.map((itemId) => ids.indexOf(itemId) ?? -1);
      return ranking.best(sources, weights, asking.popularity, k, hidden);
    },
    save() {
      const sections: Record<string, Section> = { starts: rows.starts, targets: rows.targets, weights: rows.weights, popularity };
      if (rows.contentWeights !== null) sections.contentWeights = rows.contentWeights;
      if (parts.features !== null) {
        sections.featureStarts = parts.features.starts;
        sections.features = parts.features.features;
        sections.featureValues = parts.features.values;
      }
      const meta: Meta = {
        ids: ids.ids(),
        params: parts.params,
        counts: parts.counts,
        ...(parts.features === null ? {} : { featureNames: parts.features.names }),
      };
      return encodeArtefact({ kind: name, version, meta, sections });
    },
    askedWith: (params) => createLinearModel({ ...parts, params: { ...parts.params, ...params } }),
    describe: () => ({ description: parts.description, params: parts.params, counts: { ...parts.counts, weights: rows.weights.length } }),
  };
}

export function loadLinearModel(name: string, description: string, bytes: Uint8Array): ServableModel {
  const { meta, sections } = decodeArtefact(bytes, name, firstVersion, version);
  const { ids, params, counts, featureNames } = meta as Meta;
  const floats = (section: Section | undefined) => (section as Float32Array | undefined) ?? null;
  const rows: LinearRows = {
    starts: sections.starts as Int32Array,
    targets: sections.targets as Int32Array,
    weights: sections.weights as Float32Array | Float64Array,
    contentWeights: floats(sections.contentWeights),
  };
  const features =
    featureNames === undefined
      ? null
      : {
          names: featureNames,
          starts: sections.featureStarts as Int32Array,
          features: sections.features as Int32Array,
          values: sections.featureValues as Float32Array,
        };
  const popularity = floats(sections.popularity) ?? new Float32Array(ids.length);
  return createLinearModel({ name, description, ids: createIdMap(ids), rows, popularity, features, params, counts });
}
