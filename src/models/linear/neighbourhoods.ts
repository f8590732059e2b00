import type { ContentRows } from "#kernels/solve-rows.ts";
import { topK } from "#kernels/top-k.ts";
import type { Regression } from "./combine.ts";

/** Per target its neighbours, ascending, and what the regression wants of each: of people's doing, and of the catalogue's words. */
export type Neighbourhoods = {
  readonly starts: Int32Array;
  readonly items: Int32Array;
  readonly rhs: Float64Array;
  readonly contentRhs: Float64Array | null;
  /** Per target the closeness of the weakest neighbour that was chosen; −∞ where there were no more to choose from. */
  readonly weakest: Float64Array;
};

/** The catalogue's side of the regression; `alike[t]` leads from the t-th target to items described like it. */
export type DescribedItems = { readonly rows: ContentRows; readonly alike: { readonly starts: Int32Array; readonly items: Int32Array } };

/** 1 / √M_ii per item, the content's part of the diagonal included: what an item's voice is measured against. */
export function inverseLengths({ matrix }: Regression, content: ContentRows | null): Float64Array {
  return matrix.diagonal.map((one, item) => 1 / Math.sqrt(one + (content === null ? 0 : ownContent(content, item))));
}

/** The m items that speak loudest for each target: by what the regression wants of each, in terms of its own length. */
export function neighbourhoods(regression: Regression, described: DescribedItems | null, targets: Int32Array, m: number): Neighbourhoods {
  const { matrix, rhs } = regression;
  const n = matrix.diagonal.length;
  const lengths = inverseLengths(regression, described?.rows ?? null);
  const wanted = new Float64Array(n);
  const wantedByContent = new Float64Array(n);
  const met = new Int32Array(n);
  const strengths = new Float64Array(n);
  const isMet = new Uint8Array(n);
  const features = new Float64Array(described?.rows.featureCount ?? 0);
  const starts = new Int32Array(targets.length + 1);
  const weakest = new Float64Array(targets.length).fill(Number.NEGATIVE_INFINITY);
  let filled = 0;
  let items = new Int32Array(Math.max(1024, targets.length * Math.min(m, 32)));
  let sides = new Float64Array(items.length);
  let contentSides = new Float64Array(described === null ? 0 : items.length);

  for (let index = 0; index < targets.length; index++) {
    const target = targets[index]!;
    let count = 0;
    for (let at = matrix.starts[target]!; at < matrix.starts[target + 1]!; at++) {
      const item = matrix.columns[at]!;
      wanted[item] = rhs[at]!;
      isMet[item] = 1;
      met[count++] = item;
    }
    let all = met.subarray(0, count);
    if (described !== null) {
      for (let at = described.alike.starts[index]!; at < described.alike.starts[index + 1]!; at++) {
        const item = described.alike.items[at]!;
        if (isMet[item] === 1 || item === target) continue;
        isMet[item] = 1;
        met[count++] = item;
      }
      // Ties go to the lower index, so the order in which items were met must not matter.
      all = met.subarray(0, count).sort();
      compareContent(described.rows, target, all, features, wantedByContent);
    }
    const ordered = count > m ? strongest(all) : all;
    if (filled + ordered.length > items.length) {
      items = grown(items, new Int32Array(items.length * 2 + ordered.length));
      sides = grown(sides, new Float64Array(items.length));
      if (described !== null) contentSides = grown(contentSides, new Float64Array(items.length));
    }
    if (count > m) weakest[index] = Number.POSITIVE_INFINITY;
    for (const item of ordered) {
      if (count > m) weakest[index] = Math.min(weakest[index]!, (wanted[item]! + wantedByContent[item]!) * lengths[item]!);
      items[filled] = item;
      sides[filled] = wanted[item]!;
      if (described !== null) contentSides[filled] = wantedByContent[item]!;
      filled++;
    }
    starts[index + 1] = filled;
    for (let place = 0; place < count; place++) {
      const item = met[place]!;
      isMet[item] = 0;
      wanted[item] = 0;
      wantedByContent[item] = 0;
    }
  }

  function strongest(candidates: Int32Array): Int32Array {
    for (let place = 0; place < candidates.length; place++) {
      const item = candidates[place]!;
      strengths[place] = (wanted[item]! + wantedByContent[item]!) * lengths[item]!;
    }
    const places = topK(strengths.subarray(0, candidates.length), m);
    for (let place = 0; place < places.length; place++) places[place] = candidates[places[place]!]!;
    return places.sort();
  }

  return {
    starts,
    items: items.subarray(0, filled),
    rhs: sides.subarray(0, filled),
    contentRhs: described === null ? null : contentSides.subarray(0, filled),
    weakest,
  };
}

function grown<Numbers extends Int32Array | Float64Array>(old: Numbers, larger: Numbers): Numbers {
  larger.set(old as never);
  return larger;
}

/** beta · |F_i|². */
function ownContent({ starts, values, beta }: ContentRows, item: number): number {
  let sum = 0;
  for (let at = starts[item]!; at < starts[item + 1]!; at++) sum += values[at]! * values[at]!;
  return beta * sum;
}

/** beta · F_a·F_b. */
export function sharedContent({ starts, features, values, beta }: ContentRows, a: number, b: number): number {
  let sum = 0;
  let [left, right] = [starts[a]!, starts[b]!];
  while (left < starts[a + 1]! && right < starts[b + 1]!) {
    const difference = features[left]! - features[right]!;
    if (difference === 0) sum += values[left++]! * values[right++]!;
    else if (difference < 0) left++;
    else right++;
  }
  return beta * sum;
}

/** beta · F_i·F_j of the target and each item, into `into`; `scratch` has a place per feature, zeroes before and after. */
function compareContent(rows: ContentRows, target: number, items: Int32Array, scratch: Float64Array, into: Float64Array): void {
  const { starts, features, values, beta } = rows;
  for (let at = starts[target]!; at < starts[target + 1]!; at++) scratch[features[at]!] = values[at]!;
  for (const item of items) {
    let sum = 0;
    for (let at = starts[item]!; at < starts[item + 1]!; at++) sum += scratch[features[at]!]! * values[at]!;
    into[item] = beta * sum;
  }
  for (let at = starts[target]!; at < starts[target + 1]!; at++) scratch[features[at]!] = 0;
}
