import type { ContentRows } from "#kernels/solve-rows.ts";
import { topK } from "#kernels/top-k.ts";
import type { ContentNeighbours } from "../content/content-neighbours.ts";
import type { Regression } from "./combine.ts";

/** Per target its neighbours, ascending, and what the regression wants of each: of people's doing, and of the catalogue's words. */
export type Neighbourhoods = {
  readonly starts: Int32Array;
  readonly items: Int32Array;
  readonly rhs: Float64Array;
  readonly contentRhs: Float64Array | null;
};

/** The catalogue's side of the regression; `alike[t]` leads from the t-th target to items described like it. */
export type DescribedItems = { readonly rows: ContentRows; readonly alike: ContentNeighbours };

/** The m items that speak loudest for each target: by what the regression wants of each, in terms of its own length. */
export function neighbourhoods({ matrix, rhs }: Regression, described: DescribedItems | null, targets: Int32Array, m: number): Neighbourhoods {
  const n = matrix.diagonal.length;
  const lengths = matrix.diagonal.map((one, item) => 1 / Math.sqrt(one + (described === null ? 0 : ownContent(described.rows, item))));
  const wanted = new Float64Array(n);
  const wantedByContent = new Float64Array(n);
  const met = new Int32Array(n);
  const isMet = new Uint8Array(n);
  const features = new Float64Array(described?.rows.featureCount ?? 0);
  const starts = new Int32Array(targets.length + 1);
  let filled = 0;
  let items = new Int32Array(Math.max(1024, targets.length * Math.min(m, 32)));
  let sides = new Float64Array(items.length);
  let contentSides = new Float64Array(described === null ? 0 : items.length);

  for (let index = 0; index < targets.length; index++) {
    const target = targets[index]!;
    let count = 0;
    const meet = (item: number) => {
      if (isMet[item] === 1 || item === target) return;
      isMet[item] = 1;
      met[count++] = item;
    };
    for (let at = matrix.starts[target]!; at < matrix.starts[target + 1]!; at++) {
      meet(matrix.columns[at]!);
      wanted[matrix.columns[at]!] = rhs[at]!;
    }
    if (described !== null) {
      for (let at = described.alike.starts[index]!; at < described.alike.starts[index + 1]!; at++) meet(described.alike.items[at]!);
      compareContent(described.rows, target, met.subarray(0, count), features, wantedByContent);
    }
    const strengths = Float64Array.from({ length: count }, (_, place) => {
      const item = met[place]!;
      return (wanted[item]! + wantedByContent[item]!) * lengths[item]!;
    });
    const all = met.slice(0, count);
    // Ties go to the lower index, so the order in which items were met must not matter.
    const ordered = count > m ? strongest(all, strengths, m) : all.sort();
    if (filled + ordered.length > items.length) {
      items = grown(items, new Int32Array(items.length * 2 + ordered.length));
      sides = grown(sides, new Float64Array(items.length));
      if (described !== null) contentSides = grown(contentSides, new Float64Array(items.length));
    }
    for (const item of ordered) {
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
  return {
    starts,
    items: items.subarray(0, filled),
    rhs: sides.subarray(0, filled),
    contentRhs: described === null ? null : contentSides.subarray(0, filled),
  };
}

function strongest(items: Int32Array, strengths: Float64Array, m: number): Int32Array {
  const order = Int32Array.from(items.keys()).sort((a, b) => items[a]! - items[b]!);
  const places = topK(
    Float64Array.from(order, (place) => strengths[place]!),
    m,
  );
  return places.map((place) => items[order[place]!]!).sort();
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
