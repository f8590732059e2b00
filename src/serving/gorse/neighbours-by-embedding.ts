import type { ItemId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import { topK } from "#kernels/top-k.ts";
import type { ShopSnapshot } from "../shop-snapshot.ts";
import { candidatesOf } from "./candidates-of.ts";
import type { ScoredItem, Wanted } from "./scored-item.ts";

/** The vectors of a snapshot's items, read from their labels once. */
const known = new WeakMap<ShopSnapshot, readonly (Float64Array | null)[]>();

function vectorOf({ attributes }: CatalogueItem): Float64Array | null {
  const gorse = attributes.gorse as { readonly Labels?: { readonly embedding?: unknown } | null } | undefined;
  const embedding = gorse?.Labels?.embedding;
  if (!Array.isArray(embedding) || embedding.length === 0) return null;
  return embedding.every((one) => typeof one === "number" && Number.isFinite(one)) ? Float64Array.from(embedding as number[]) : null;
}

function vectorsOf(snapshot: ShopSnapshot): readonly (Float64Array | null)[] {
  let vectors = known.get(snapshot);
  if (vectors === undefined) {
    vectors = snapshot.items.map(vectorOf);
    known.set(snapshot, vectors);
  }
  return vectors;
}

/**
 * The items whose `Labels.embedding` lies nearest; the score is the distance, negative, as in Gorse. Null where the item has none: then
 * there is nothing to be near to.
 */
export function neighboursByEmbedding(snapshot: ShopSnapshot, itemId: ItemId, wanted: Wanted): ScoredItem[] | null {
  const vectors = vectorsOf(snapshot);
  const position = snapshot.positionOf.get(itemId);
  const from = position === undefined ? null : vectors[position];
  if (from === null || from === undefined) return null;
  const candidates = candidatesOf(snapshot, wanted);
  candidates[position!] = 0;
  const scores = new Float64Array(vectors.length);
  for (const [at, vector] of vectors.entries()) {
    if (vector === null || vector.length !== from.length) candidates[at] = 0;
    else scores[at] = -distance(from, vector);
  }
  const best = topK(scores, wanted.offset + wanted.n, { allowed: candidates });
  return [...best.subarray(wanted.offset)].map((at) => ({ itemId: snapshot.items[at]!.itemId, score: scores[at]! }));
}

function distance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at]! - b[at]!) ** 2;
  return Math.sqrt(sum);
}
