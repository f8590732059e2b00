import { createGrowingInts } from "./growing-ints.ts";
import type { ItemContent } from "./item-content.ts";
import { keepStrongest } from "./keep-strongest.ts";

/** Most features of one part of an item's description, and of one item. */
const maxPerPart = 32;
const maxPerItem = 96;

/** How a part's features count before the norm: each the same, or by how often they occur and how rare they are (TF-IDF). */
export type PartCount = "presence" | "frequency";

/** Collects the features of items, one item after another, and weighs them when all are known. See `createItemContent` for the formula. */
export type FeatureRows = {
  startItem(): void;
  /** A new feature. */
  addFeature(name: string): number;
  /** One part of the item's description; a feature that occurs k times stands in it k times. */
  addPart(features: readonly number[], weight: number, count: PartCount): void;
  finish(): Omit<ItemContent, "ids">;
};

/** All items' parts one after another: part p has the features `features[starts[p] … starts[p + 1])`, ascending. */
type Parts = {
  readonly firstParts: Int32Array;
  readonly starts: Int32Array;
  readonly features: Int32Array;
  readonly times: Int32Array;
  readonly kinds: readonly { readonly weight: number; readonly count: PartCount }[];
};

export function createFeatureRows(): FeatureRows {
  const names: string[] = [];
  const firstParts = createGrowingInts();
  const starts = createGrowingInts();
  const features = createGrowingInts();
  const times = createGrowingInts();
  const kinds: Parts["kinds"][number][] = [];
  return {
    startItem: () => firstParts.push(kinds.length),
    addFeature: (name) => names.push(name) - 1,
    addPart(unsorted, weight, count) {
      starts.push(features.size());
      kinds.push({ weight, count });
      const sorted = new Int32Array(unsorted).sort();
      for (let at = 0; at < sorted.length; ) {
        const first = at;
        while (at < sorted.length && sorted[at] === sorted[first]) at++;
        features.push(sorted[first]!);
        times.push(at - first);
      }
    },
    finish() {
      firstParts.push(kinds.length);
      starts.push(features.size());
      const all = { firstParts: firstParts.all(), starts: starts.all(), features: features.all(), times: times.all(), kinds };
      return compact(weigh(all, itemsWith(all, names.length)), names);
    },
  };
}

/** df: how many items have each feature. */
function itemsWith({ firstParts, starts, features }: Parts, featureCount: number): Int32Array {
  const itemsPerFeature = new Int32Array(featureCount);
  const lastItem = new Int32Array(featureCount).fill(-1);
  for (let item = 0; item + 1 < firstParts.length; item++) {
    for (let at = starts[firstParts[item]!]!; at < starts[firstParts[item + 1]!]!; at++) {
      const feature = features[at]!;
      if (lastItem[feature] === item) continue;
      lastItem[feature] = item;
      itemsPerFeature[feature]!++;
    }
  }
  return itemsPerFeature;
}

type Row = { readonly features: Int32Array; readonly values: Float64Array };

/** 1 + ln tf for what occurs so often; more often counts no more. */
const damped = Float64Array.from({ length: 256 }, (_, times) => (times === 0 ? 0 : 1 + Math.log(times)));

/** Plain loops over typed arrays: this is where the time goes. */
function weigh(parts: Parts, itemsPerFeature: Int32Array): Row[] {
  const { firstParts, starts, features, times, kinds } = parts;
  const n = firstParts.length - 1;
  const idf = Float64Array.from(itemsPerFeature, (df) => Math.log((1 + n) / (1 + df)));
  // What one item alone has links nothing, and neither does what all have.
  const links = Uint8Array.from(itemsPerFeature, (df) => (df > 1 && df < n ? 1 : 0));
  const sums = new Float64Array(itemsPerFeature.length);
  const rows: Row[] = [];
  for (let item = 0; item < n; item++) {
    const met: number[] = [];
    for (let part = firstParts[item]!; part < firstParts[item + 1]!; part++) {
      const { weight, count } = kinds[part]!;
      const [start, end] = [starts[part]!, starts[part + 1]!];
      const strengths = new Float64Array(end - start);
      let squares = 0;
      for (let at = start; at < end; at++) {
        const feature = features[at]!;
        const one = count === "presence" ? 1 : damped[Math.min(times[at]!, 255)]! * idf[feature]!;
        squares += one * one;
        if (links[feature] === 1) strengths[at - start] = one;
      }
      const scale = weight / Math.sqrt(squares || 1);
      keepStrongest(strengths, maxPerPart);
      for (let at = start; at < end; at++) {
        if (strengths[at - start] === 0) continue;
        const feature = features[at]!;
        if (sums[feature] === 0) met.push(feature);
        sums[feature]! += scale * strengths[at - start]!;
      }
    }
    rows.push(rowOf(met, sums, itemsPerFeature));
    for (const feature of met) sums[feature] = 0;
  }
  return rows;
}

function rowOf(met: readonly number[], sums: Float64Array, itemsPerFeature: Int32Array): Row {
  const features = new Int32Array(met).sort();
  const values = new Float64Array(features.length);
  for (let at = 0; at < values.length; at++) values[at] = sums[features[at]!]!;
  keepStrongest(values, maxPerItem);
  let kept = 0;
  for (let at = 0; at < values.length; at++) {
    if (values[at] === 0) continue;
    features[kept] = features[at]!;
    values[kept++] = values[at]! / Math.sqrt(itemsPerFeature[features[at]!]!);
  }
  return { features: features.slice(0, kept), values: values.slice(0, kept) };
}

/** The rows one after another, with only those features that two items still share, numbered in their order. */
function compact(rows: readonly Row[], names: readonly string[]): Omit<ItemContent, "ids"> {
  const uses = new Int32Array(names.length);
  for (const { features } of rows) for (const feature of features) uses[feature]!++;
  const keptNames: string[] = [];
  const position = Int32Array.from(names, (name, feature) => (uses[feature]! > 1 ? keptNames.push(name) - 1 : -1));
  const starts = new Int32Array(rows.length + 1);
  const features = createGrowingInts();
  const values = new Float32Array(rows.reduce((sum, row) => sum + row.features.length, 0));
  for (const [item, row] of rows.entries()) {
    for (let at = 0; at < row.features.length; at++) {
      const feature = position[row.features[at]!]!;
      if (feature < 0) continue;
      values[features.size()] = row.values[at]!;
      features.push(feature);
    }
    starts[item + 1] = features.size();
  }
  return { names: keptNames, starts, features: features.all(), values: values.slice(0, features.size()) };
}
