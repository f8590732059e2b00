import { cooccurrence } from "#kernels/cooccurrence.ts";
import type { CountRows } from "#kernels/sparse-rows.ts";
import { fadedCooccurrence } from "./faded-cooccurrence.ts";
import { type Fading, periodOf } from "./fading.ts";
import type { Numbers, PairStatistics } from "./pair-statistics.ts";
import type { PersonRows } from "./person-rows.ts";
import { placesByItem } from "./places-by-item.ts";
import type { TransitionKernel } from "./transition-kernel.ts";

/** Rows of A and C in one pattern, columns ascending, the diagonal among them. */
type TransitionRows = { readonly starts: Int32Array; readonly columns: Int32Array; readonly near: Numbers; readonly before: Numbers };

/** A and C, a row of the result at a time (Gustavson 1978): for each step with the item, the steps around it. */
function transitionRows(
  people: readonly PersonRows[],
  itemCount: number,
  { window, near: nearBy, before: beforeBy }: TransitionKernel,
  fading: Fading | null,
): TransitionRows {
  const personStarts = new Int32Array(people.length + 1);
  for (const [person, { stepItems }] of people.entries()) personStarts[person + 1] = personStarts[person]! + stepItems.length;
  const size = personStarts[people.length]!;
  const [items, weights, occasions, owners] = [new Int32Array(size), new Uint8Array(size), new Int32Array(size), new Int32Array(size)];
  const fades = new Float64Array(fading === null ? 0 : size);
  for (const [person, rows] of people.entries()) {
    items.set(rows.stepItems, personStarts[person]);
    weights.set(rows.stepWeights, personStarts[person]);
    occasions.set(rows.stepOccasions, personStarts[person]);
    owners.fill(person, personStarts[person], personStarts[person + 1]);
    if (fading !== null)
      fades.set(
        Float64Array.from(rows.stepTimes, (at) => fading(periodOf(at))),
        personStarts[person],
      );
  }
  const byItem = placesByItem(items, itemCount);
  const room = (length: number): Numbers => (fading === null ? new Int32Array(length) : new Float64Array(length));
  const [near, before, met, touched] = [room(itemCount), room(itemCount), new Uint8Array(itemCount), new Int32Array(itemCount)];
  const starts = new Int32Array(itemCount + 1);
  const rows = { columns: new Int32Array(1024), near: room(1024), before: room(1024) };
  let filled = 0;
  for (let item = 0; item < itemCount; item++) {
    let count = 0;
    for (let at = byItem.starts[item]!; at < byItem.starts[item + 1]!; at++) {
      const place = byItem.places[at]!;
      const start = personStarts[owners[place]!]!;
      const end = personStarts[owners[place]! + 1]!;
      const occasion = occasions[place]!;
      const weight = weights[place]!;
      const here = fades.length === 0 ? weight : weight * fades[place]!;
      const last = occasions[end - 1]!;
      const rest = Math.min(window, last - occasion);
      for (let other = place; other >= start && occasion - occasions[other]! <= window; other--) {
        const column = items[other]!;
        const distance = occasion - occasions[other]!;
        if (met[column] === 0) {
          met[column] = 1;
          touched[count++] = column;
        }
        // The other is the earlier one: it fades no less.
        const strength = fades.length === 0 ? weight * weights[other]! : weight * weights[other]! * fades[other]!;
        before[column]! += strength * beforeBy[distance]!;
        near[column]! += strength * nearBy[distance * (window + 1) + rest]!;
      }
      for (let other = place + 1; other < end && occasions[other]! - occasion <= window; other++) {
        const column = items[other]!;
        const distance = occasions[other]! - occasion;
        if (met[column] === 0) {
          met[column] = 1;
          touched[count++] = column;
        }
        near[column]! += here * weights[other]! * nearBy[distance * (window + 1) + Math.min(window, last - occasions[other]!)]!;
      }
    }
    while (filled + count > rows.columns.length) {
      rows.columns = grown(rows.columns, new Int32Array(rows.columns.length * 2));
      for (const name of ["near", "before"] as const) rows[name] = grown(rows[name], room(rows.columns.length));
    }
    for (const column of touched.subarray(0, count).sort()) {
      rows.columns[filled] = column;
      rows.near[filled] = near[column]!;
      rows.before[filled++] = before[column]!;
      near[column] = 0;
      before[column] = 0;
      met[column] = 0;
    }
    starts[item + 1] = filled;
  }
  return { starts, ...rows };
}

function grown<Kind extends Numbers>(numbers: Kind, larger: Kind): Kind {
  larger.set(numbers);
  return larger;
}

/** Who likes what, columns ascending. */
function likings(people: readonly PersonRows[]): CountRows {
  const starts = new Int32Array(people.length + 1);
  for (const [person, { items }] of people.entries()) starts[person + 1] = starts[person]! + items.length;
  const columns = new Int32Array(starts[people.length]!);
  const counts = new Int32Array(columns.length);
  for (const [person, { items, strengths }] of people.entries()) {
    const order = Int32Array.from(items.keys()).sort((a, b) => items[a]! - items[b]!);
    for (const [place, at] of order.entries()) {
      columns[starts[person]! + place] = items[at]!;
      counts[starts[person]! + place] = strengths[at]!;
    }
  }
  return { starts, columns, counts };
}

/**
 * Counts everybody at once, a row of the result at a time: the same numbers that adding people one by one gives, many
 * times faster. `itemCount` items; time in the sum of |items of u|², memory in what is not zero. With `fading` counts of
 * old periods weigh less.
 */
export function countPairs(people: readonly PersonRows[], itemCount: number, kernel: TransitionKernel, fading: Fading | null = null): PairStatistics {
  const gram = fading === null ? cooccurrence(likings(people), itemCount) : fadedCooccurrence(people, itemCount, fading);
  const steps = transitionRows(people, itemCount, kernel, fading);
  const size = gram.columns.length + steps.starts[itemCount]!;
  const room = (length: number): Numbers => (fading === null ? new Int32Array(length) : new Float64Array(length));
  const rows = { columns: new Int32Array(size), both: room(size), near: room(size), before: room(size) };
  const diagonals = { nearDiagonal: room(itemCount), again: room(itemCount) };
  const starts = new Int32Array(itemCount + 1);
  let filled = 0;
  for (let item = 0; item < itemCount; item++) {
    let [left, right] = [gram.starts[item]!, steps.starts[item]!];
    const [leftEnd, rightEnd] = [gram.starts[item + 1]!, steps.starts[item + 1]!];
    while (left < leftEnd || right < rightEnd) {
      const a = left < leftEnd ? gram.columns[left]! : itemCount;
      const b = right < rightEnd ? steps.columns[right]! : itemCount;
      if (b === item && b < a) {
        diagonals.nearDiagonal[item] = steps.near[right]!;
        diagonals.again[item] = steps.before[right++]!;
        continue;
      }
      rows.columns[filled] = Math.min(a, b);
      if (a <= b) rows.both[filled] = gram.counts[left++]!;
      if (b <= a) {
        rows.near[filled] = steps.near[right]!;
        rows.before[filled] = steps.before[right++]!;
      }
      filled++;
    }
    starts[item + 1] = filled;
  }
  return {
    starts,
    columns: rows.columns.slice(0, filled),
    both: rows.both.slice(0, filled),
    near: rows.near.slice(0, filled),
    before: rows.before.slice(0, filled),
    support: gram.diagonal,
    ...diagonals,
  };
}
