import { topK } from "#kernels/top-k.ts";
import type { ItemContent } from "./item-content.ts";
import { defaultRarity, unitRows } from "./unit-rows.ts";

/** Row r holds the neighbours of the r-th item asked about, the most similar first, each with its cosine in (0, 1]. */
export type ContentNeighbours = { readonly starts: Int32Array; readonly items: Int32Array; readonly similarities: Float64Array };

export type NeighbourOptions = {
  /** As in the content model, and its default. */
  readonly rarity?: number;
  /** Features of more items do not bring candidates; they still count in the similarity. */
  readonly maxItemsPerFeature?: number;
};

/** Entries of the index that are walked for one item, the rarest features first. */
const maxWalk = 4000;
/** Candidates by their rarest features for each neighbour wanted; these are compared in full. */
const candidatesPerNeighbour = 2;

const bins = 4096;

/**
 * The `most` items described most like each of `itemIndices` (of `content.ids`); equal ones in order of index. Approximate: candidates
 * are met through the item's rarest features, `maxWalk` entries in all, and the best of them are compared in full.
 */
export function contentNeighbours(
  content: ItemContent,
  itemIndices: ArrayLike<number>,
  most: number,
  { rarity = defaultRarity, maxItemsPerFeature = 2000 }: NeighbourOptions = {},
): ContentNeighbours {
  const rows = unitRows(content, rarity);
  const n = content.ids.size();
  const partial = new Float64Array(n);
  const met = new Int32Array(n);
  const starts = new Int32Array(itemIndices.length + 1);
  const items = new Int32Array(itemIndices.length * most);
  const similarities = new Float64Array(itemIndices.length * most);
  const perBin = new Int32Array(bins);
  const dense = new Float64Array(content.names.length);
  let filled = 0;
  for (let row = 0; row < itemIndices.length; row++) {
    const item = itemIndices[row]!;
    const count = walk(item);
    const candidates = strongest(count, most * candidatesPerNeighbour);
    const cosines = compare(item, candidates);
    for (const place of topK(cosines, most)) {
      items[filled] = candidates[place]!;
      similarities[filled++] = Math.min(1, cosines[place]!);
    }
    starts[row + 1] = filled;
    for (let place = 0; place < count; place++) partial[met[place]!] = 0;
  }
  return { starts, items: items.slice(0, filled), similarities: similarities.slice(0, filled) };

  /** What the item's rarer features have in common with others, into `partial` and `met`. */
  function walk(item: number): number {
    const { features, values, featureStarts, featureItems, featureValues } = rows;
    const sizeOf = (feature: number) => featureStarts[feature + 1]! - featureStarts[feature]!;
    const places = Array.from({ length: rows.starts[item + 1]! - rows.starts[item]! }, (_, at) => rows.starts[item]! + at);
    places.sort((a, b) => sizeOf(features[a]!) - sizeOf(features[b]!) || a - b);
    let count = 0;
    let left = maxWalk;
    for (const [rank, place] of places.entries()) {
      const feature = features[place]!;
      // The rarest is walked whatever its size: nothing else may lead anywhere.
      if (rank > 0 && (sizeOf(feature) > maxItemsPerFeature || sizeOf(feature) > left)) break;
      const end = Math.min(featureStarts[feature + 1]!, featureStarts[feature]! + left);
      for (let at = featureStarts[feature]!; at < end; at++) {
        const other = featureItems[at]!;
        const product = values[place]! * featureValues[at]!;
        if (other === item || product === 0) continue;
        if (partial[other] === 0) met[count++] = other;
        partial[other]! += product;
      }
      left -= end - featureStarts[feature]!;
    }
    return count;
  }

  /** The full cosines, the frequent features included. */
  function compare(item: number, others: Int32Array): Float64Array {
    for (let at = rows.starts[item]!; at < rows.starts[item + 1]!; at++) dense[rows.features[at]!] = rows.values[at]!;
    const cosines = new Float64Array(others.length);
    for (let place = 0; place < others.length; place++) {
      let sum = 0;
      for (let at = rows.starts[others[place]!]!; at < rows.starts[others[place]! + 1]!; at++) sum += dense[rows.features[at]!]! * rows.values[at]!;
      cosines[place] = sum;
    }
    for (let at = rows.starts[item]!; at < rows.starts[item + 1]!; at++) dense[rows.features[at]!] = 0;
    return cosines;
  }

  /** Of the items met `wanted` with the most in common, in order of index: by bins instead of a sort, which would cost the most. */
  function strongest(count: number, wanted: number): Int32Array {
    if (count <= wanted) return met.slice(0, count).sort();
    perBin.fill(0);
    for (let place = 0; place < count; place++) perBin[binOf(partial[met[place]!]!)]!++;
    let above = 0;
    let lowest = bins - 1;
    while (above + perBin[lowest]! < wanted) above += perBin[lowest--]!;
    // The lowest bin may hold thousands that are alike (one brand, one category); the first of them stand for all.
    let room = wanted - above;
    const chosen: number[] = [];
    for (let place = 0; place < count; place++) {
      const bin = binOf(partial[met[place]!]!);
      if (bin > lowest || (bin === lowest && room-- > 0)) chosen.push(met[place]!);
    }
    return new Int32Array(chosen).sort();
  }
}

/** The bin of a share of a cosine, which rounding may leave a little above 1. */
function binOf(share: number): number {
  const bin = (share * bins) | 0;
  return bin < bins ? bin : bins - 1;
}
