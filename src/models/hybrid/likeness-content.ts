import type { ItemId } from "#domain/ids.ts";
import { topK } from "#kernels/top-k.ts";
import type { ItemContent } from "../content/item-content.ts";
import { createIdMap } from "../id-map.ts";
import type { Model } from "../model.ts";
import { queryOfItems } from "../query.ts";

/**
 * The given content, and for each item of the model its `neighbours` best answers to the item alone as features "like <item>", itself
 * included: t̂ / √df × `likeness`, with t 1 for itself and score / highest score for the others, t̂ of length 1 in each item. Features of
 * one item, or of all, are left out.
 */
export function likenessContent(model: Model, given: ItemContent | null, neighbours: number, likeness: number): ItemContent {
  const itemIds = [...new Set([...(given?.ids.ids() ?? []), ...model.ids.ids()])].sort();
  const alike = itemIds.map((itemId) => alikeTo(model, itemId, neighbours));
  const n = itemIds.length;
  const itemsPerFeature = new Int32Array(model.ids.size());
  for (const { targets } of alike) for (const target of targets) itemsPerFeature[target]!++;
  const names = [...(given?.names ?? [])];
  const position = Int32Array.from(itemsPerFeature, (df, target) => (df > 1 && df < n ? names.push(`like ${model.ids.idOf(target)}`) - 1 : -1));
  const starts = new Int32Array(n + 1);
  const features: number[] = [];
  const values: number[] = [];
  for (const [item, itemId] of itemIds.entries()) {
    const row = given?.ids.indexOf(itemId);
    if (given !== null && row !== undefined) {
      for (let at = given.starts[row]!; at < given.starts[row + 1]!; at++) {
        features.push(given.features[at]!);
        values.push(given.values[at]!);
      }
    }
    const { targets, strengths } = alike[item]!;
    for (const [at, target] of targets.entries()) {
      if (position[target]! < 0 || !(strengths[at]! > 0)) continue;
      features.push(position[target]!);
      values.push((likeness * strengths[at]!) / Math.sqrt(itemsPerFeature[target]!));
    }
    starts[item + 1] = features.length;
  }
  return { ids: createIdMap(itemIds), names, starts, features: Int32Array.from(features), values: Float32Array.from(values) };
}

/** Ascending targets (dense indices of the model) and strengths of length 1. */
type Alike = { readonly targets: Int32Array; readonly strengths: Float64Array };

function alikeTo(model: Model, itemId: ItemId, neighbours: number): Alike {
  const self = model.ids.indexOf(itemId);
  if (self === undefined) return { targets: new Int32Array(), strengths: new Float64Array() };
  const { values: scores, base } = model.score(queryOfItems([itemId]));
  // What an item has whoever asks makes it like nothing.
  const values = base === undefined ? scores : scores.map((score, target) => score - base[target]!);
  const best = topK(values, neighbours + 1).filter((target) => target !== self && values[target]! > 0);
  const targets = Int32Array.of(self, ...best.subarray(0, neighbours)).sort();
  const highest = best.length === 0 ? 1 : values[best[0]!]!;
  const strengths = Float64Array.from(targets, (target) => (target === self ? 1 : values[target]! / highest));
  const norm = Math.sqrt(strengths.reduce((sum, one) => sum + one * one, 0));
  return { targets, strengths: strengths.map((one) => one / norm) };
}
