import type { ContentRows } from "#kernels/solve-rows.ts";
import type { ItemContent } from "../content/item-content.ts";
import type { IdMap } from "../id-map.ts";
import { onGrid } from "./exact-sum.ts";

/** Content rows of a model's items, in the model's order. */
export type KnownFeatures = Pick<ItemContent, "names" | "starts" | "features" | "values">;

/** The rows of `content` in the order of `ids`; items it does not describe have an empty row. */
export function featuresInOrder(content: ItemContent, ids: IdMap): KnownFeatures {
  const places = ids.ids().map((itemId) => content.ids.indexOf(itemId));
  const starts = new Int32Array(places.length + 1);
  for (const [item, place] of places.entries()) {
    starts[item + 1] = starts[item]! + (place === undefined ? 0 : content.starts[place + 1]! - content.starts[place]!);
  }
  const features = new Int32Array(starts.at(-1)!);
  const values = new Float32Array(features.length);
  for (const [item, place] of places.entries()) {
    if (place === undefined) continue;
    features.set(content.features.subarray(content.starts[place]!, content.starts[place + 1]!), starts[item]!);
    values.set(content.values.subarray(content.starts[place]!, content.starts[place + 1]!), starts[item]!);
  }
  return { names: content.names, starts, features, values };
}

export function asContentRows({ names, starts, features, values }: KnownFeatures, beta: number): ContentRows {
  return { starts, features, values, featureCount: names.length, beta };
}

/** What items are described alike by without sharing a word that is kept: neighbours of neighbours. */
const indirectly = "alike: through others";

/**
 * Parts an amount among the features that two items share, in proportion to the product of their values, and tells each
 * part; the parts lie on the grid and add up to the amount on the grid. Two passes and no lists: it is asked for every
 * term of every item that is explained.
 */
export function shareOfFeatures(
  known: KnownFeatures,
  a: number,
  b: number,
  amount: number,
  tell: (feature: string, contribution: number) => void,
): void {
  const whole = onGrid(amount);
  let [total, lastShared] = [0, -1];
  eachShared(known, a, b, (feature, product) => {
    total += product;
    lastShared = feature;
  });
  if (!(total > 0)) {
    tell(indirectly, whole);
    return;
  }
  let remaining = whole;
  eachShared(known, a, b, (feature, product) => {
    const contribution = feature === lastShared ? remaining : onGrid((whole * product) / total);
    remaining -= contribution;
    tell(known.names[feature]!, contribution);
  });
}

function eachShared({ starts, features, values }: KnownFeatures, a: number, b: number, visit: (feature: number, product: number) => void): void {
  let [left, right] = [starts[a]!, starts[b]!];
  const [leftEnd, rightEnd] = [starts[a + 1]!, starts[b + 1]!];
  while (left < leftEnd && right < rightEnd) {
    const difference = features[left]! - features[right]!;
    if (difference === 0) visit(features[left]!, values[left++]! * values[right++]!);
    else if (difference < 0) left++;
    else right++;
  }
}
