import type { WeightRows } from "../linear/weight-rows.ts";
import type { Sequences } from "../session/sequences.ts";

/**
 * T by source item: 1 / k for each time the target came k occasions after the source, k ≤ window; two items of one
 * occasion count `tieWeight` either way. Rows sum to 1.
 */
export function countTransitions(sequences: Sequences, window: number, tieWeight: number): WeightRows {
  const n = sequences.ids.size();
  const visitFollowers = followersOf(sequences, window, tieWeight);
  const places = placesByItem(sequences.items, n);
  const starts = new Int32Array(n + 1);
  const targets: Int32Array[] = [];
  const weights: Float64Array[] = [];
  const row = new Float64Array(n);
  for (let source = 0; source < n; source++) {
    const touched: number[] = [];
    let total = 0;
    const add = (target: number, weight: number) => {
      if (row[target] === 0) touched.push(target);
      row[target]! += weight;
      total += weight;
    };
    for (let at = places.starts[source]!; at < places.starts[source + 1]!; at++) visitFollowers(places.places[at]!, add);
    const sorted = Int32Array.from(touched).sort();
    targets.push(sorted);
    weights.push(Float64Array.from(sorted, (target) => row[target]! / total));
    for (const target of touched) row[target] = 0;
    starts[source + 1] = starts[source]! + sorted.length;
  }
  return { starts, targets: joined(new Int32Array(starts[n]!), targets), weights: joined(new Float64Array(starts[n]!), weights) };
}

/** Calls back with what follows a place, and how much that counts. */
function followersOf({ starts, items, times }: Sequences, window: number, tieWeight: number) {
  /** Occasions are numbered on from one history to the next; `ends`: where the place's history ends. */
  const occasions = new Int32Array(items.length);
  const ends = new Int32Array(items.length);
  let occasion = -1;
  for (let history = 0; history + 1 < starts.length; history++) {
    for (let place = starts[history]!; place < starts[history + 1]!; place++) {
      if (place === starts[history] || times[place] !== times[place - 1]) occasion++;
      occasions[place] = occasion;
      ends[place] = starts[history + 1]!;
    }
  }
  return (place: number, visit: (target: number, weight: number) => void): void => {
    const here = occasions[place]!;
    const end = ends[place]!;
    if (tieWeight > 0) {
      for (let other = place - 1; other >= 0 && occasions[other] === here; other--) visit(items[other]!, tieWeight);
      for (let other = place + 1; other < end && occasions[other] === here; other++) visit(items[other]!, tieWeight);
    }
    for (let other = place + 1; other < end && occasions[other]! - here <= window; other++) {
      if (occasions[other] !== here) visit(items[other]!, 1 / (occasions[other]! - here));
    }
  };
}

/** Where each item stands: `places[starts[i] … starts[i + 1])`, ascending. */
function placesByItem(items: Int32Array, n: number): { starts: Int32Array; places: Int32Array } {
  const starts = new Int32Array(n + 1);
  for (const item of items) starts[item + 1]!++;
  for (let item = 0; item < n; item++) starts[item + 1]! += starts[item]!;
  const next = starts.slice();
  const places = new Int32Array(items.length);
  for (const [place, item] of items.entries()) places[next[item]!++] = place;
  return { starts, places };
}

function joined<Numbers extends Int32Array | Float64Array>(whole: Numbers, parts: readonly Numbers[]): Numbers {
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
