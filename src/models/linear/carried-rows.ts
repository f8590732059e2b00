import type { ItemId } from "#domain/ids.ts";
import type { IdMap } from "../id-map.ts";
import type { SolvedTargets } from "./solve-targets.ts";
import { bySource, type LinearRows, type TargetRows } from "./weight-rows.ts";

/** 1 at the place of each touched item. */
export function marks(ids: IdMap, touched: ReadonlySet<ItemId>): Uint8Array {
  const marked = new Uint8Array(ids.size());
  for (const itemId of touched) {
    const place = ids.indexOf(itemId);
    if (place !== undefined) marked[place] = 1;
  }
  return marked;
}

/** Two lists of ids, both ascending: for each of `before` its place in `after`, −1 where it is gone. The places ascend. */
export function placesAfter(before: readonly ItemId[], after: readonly ItemId[]): Int32Array {
  const places = new Int32Array(before.length).fill(-1);
  let there = 0;
  for (let here = 0; here < before.length; here++) {
    while (there < after.length && after[there]! < before[here]!) there++;
    if (there < after.length && after[there] === before[here]) places[here] = there;
  }
  return places;
}

/**
 * The rows of a model of `size` targets: those of `targets` (ascending) as they were solved now, all others as they
 * were before, with their items renumbered. Renumbering keeps the order, so rows stay ascending.
 */
export function carryOver(before: SolvedTargets, placeNow: Int32Array, solved: SolvedTargets, targets: Int32Array, size: number): SolvedTargets {
  const from = new Int32Array(size).fill(-1);
  for (let old = 0; old < placeNow.length; old++) if (placeNow[old]! >= 0) from[placeNow[old]!] = old;
  const solvedAt = new Int32Array(size).fill(-1);
  for (let index = 0; index < targets.length; index++) solvedAt[targets[index]!] = index;
  const starts = new Int32Array(size + 1);
  for (let target = 0; target < size; target++) {
    const [rows, row] = solvedAt[target]! >= 0 ? [solved, solvedAt[target]!] : [before, from[target]!];
    starts[target + 1] = starts[target]! + rows.starts[row + 1]! - rows.starts[row]!;
  }
  const moved = placeNow.some((now, old) => now !== old);
  const filled = starts[size]!;
  const rows = {
    starts,
    items: new Int32Array(filled),
    weights: new Float32Array(filled),
    contentWeights: before.contentWeights === null ? null : new Float32Array(filled),
    weakest: new Float64Array(size),
  };
  for (let target = 0; target < size; target++) {
    const isSolved = solvedAt[target]! >= 0;
    const source = isSolved ? solved : before;
    const row = isSolved ? solvedAt[target]! : from[target]!;
    const [start, end, at] = [source.starts[row]!, source.starts[row + 1]!, starts[target]!];
    if (isSolved || !moved) rows.items.set(source.items.subarray(start, end), at);
    else for (let place = start; place < end; place++) rows.items[at + place - start] = placeNow[source.items[place]!]!;
    rows.weights.set(source.weights.subarray(start, end), at);
    if (source.contentWeights !== null) rows.contentWeights?.set(source.contentWeights.subarray(start, end), at);
    rows.weakest[target] = source.weakest[row]!;
  }
  return rows;
}

/**
 * The same turned over: B by source as it was, without what it said to `targets`, and with what they were given now.
 * One pass in order, where turning everything over goes to and fro in memory for each weight.
 */
export function carryOverSources(before: LinearRows, placeNow: Int32Array, solved: TargetRows, targets: Int32Array, size: number): LinearRows {
  const from = new Int32Array(size).fill(-1);
  for (let old = 0; old < placeNow.length; old++) if (placeNow[old]! >= 0) from[placeNow[old]!] = old;
  const isSolved = new Uint8Array(size);
  for (const target of targets) isSolved[target] = 1;
  const fresh = bySource(solved, size, targets);
  const room = before.targets.length + fresh.targets.length;
  const described = before.contentWeights !== null;
  const rows = { targets: new Int32Array(room), weights: new Float32Array(room), contentWeights: described ? new Float32Array(room) : null };
  const starts = new Int32Array(size + 1);
  let filled = 0;
  const put = (target: number, source: LinearRows, at: number) => {
    rows.targets[filled] = target;
    rows.weights[filled] = source.weights[at]!;
    if (rows.contentWeights !== null) rows.contentWeights[filled] = source.contentWeights![at]!;
    filled++;
  };
  for (let source = 0; source < size; source++) {
    const old = from[source]!;
    let next = fresh.starts[source]!;
    const end = fresh.starts[source + 1]!;
    for (let at = old < 0 ? 0 : before.starts[old]!; old >= 0 && at < before.starts[old + 1]!; at++) {
      const target = placeNow[before.targets[at]!]!;
      if (target < 0 || isSolved[target] === 1) continue;
      for (; next < end && fresh.targets[next]! < target; next++) put(fresh.targets[next]!, fresh, next);
      put(target, before, at);
    }
    for (; next < end; next++) put(fresh.targets[next]!, fresh, next);
    starts[source + 1] = filled;
  }
  // Cut to size: what is kept as bytes is what is there.
  return {
    starts,
    targets: rows.targets.subarray(0, filled),
    weights: rows.weights.subarray(0, filled),
    contentWeights: rows.contentWeights?.subarray(0, filled) ?? null,
  };
}
