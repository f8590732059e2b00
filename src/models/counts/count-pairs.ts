import type { PairStatistics } from "./pair-statistics.ts";
import type { PersonRows } from "./person-rows.ts";
import type { TransitionKernel } from "./transition-kernel.ts";

/** The same numbers of everybody in a row: person u's are at `starts[u] … starts[u + 1]`. */
type Joined = { readonly starts: Int32Array; readonly items: Int32Array; readonly weights: Uint8Array };

function join(people: readonly PersonRows[], itemsOf: (rows: PersonRows) => Int32Array, weightsOf: (rows: PersonRows) => Uint8Array): Joined {
  const starts = new Int32Array(people.length + 1);
  for (const [person, rows] of people.entries()) starts[person + 1] = starts[person]! + itemsOf(rows).length;
  const items = new Int32Array(starts[people.length]!);
  const weights = new Uint8Array(items.length);
  for (const [person, rows] of people.entries()) {
    items.set(itemsOf(rows), starts[person]);
    weights.set(weightsOf(rows), starts[person]);
  }
  return { starts, items, weights };
}

/** For each item the places where it stands, ascending. */
function placesByItem(items: Int32Array, itemCount: number): { readonly starts: Int32Array; readonly places: Int32Array } {
  const starts = new Int32Array(itemCount + 1);
  for (const item of items) starts[item + 1]!++;
  for (let item = 0; item < itemCount; item++) starts[item + 1]! += starts[item]!;
  const next = starts.slice(0, itemCount);
  const places = new Int32Array(items.length);
  for (let place = 0; place < items.length; place++) places[next[items[place]!]!++] = place;
  return { starts, places };
}

/** Per place, the person it belongs to. */
function ownersOf(starts: Int32Array): Int32Array {
  const owners = new Int32Array(starts.at(-1)!);
  for (let person = 0; person < starts.length - 1; person++) owners.fill(person, starts[person], starts[person + 1]);
  return owners;
}

type Growing = { length: number; columns: Int32Array; both: Int32Array; near: Int32Array; before: Int32Array };

function ensure(rows: Growing, room: number): void {
  if (rows.length + room <= rows.columns.length) return;
  const capacity = Math.max(rows.columns.length * 2, rows.length + room);
  for (const name of ["columns", "both", "near", "before"] as const) {
    const grown = new Int32Array(capacity);
    grown.set(rows[name].subarray(0, rows.length));
    rows[name] = grown;
  }
}

/**
 * Counts everybody at once, a row of the result at a time (Gustavson 1978): the same numbers that adding people one by
 * one gives, many times faster. `itemCount` items; time in the sum of |items of u|², memory in what is not zero.
 */
export function countPairs(people: readonly PersonRows[], itemCount: number, kernel: TransitionKernel): PairStatistics {
  const likes = join(people, (rows) => rows.items, (rows) => rows.strengths); // biome-ignore format: one a line reads worse
  const steps = join(people, (rows) => rows.stepItems, (rows) => rows.stepWeights); // biome-ignore format: the same
  const occasions = new Int32Array(steps.items.length);
  for (const [person, rows] of people.entries()) occasions.set(rows.stepOccasions, steps.starts[person]);
  const [likers, stepOwners] = [ownersOf(likes.starts), ownersOf(steps.starts)];
  const [likePlaces, stepPlaces] = [placesByItem(likes.items, itemCount), placesByItem(steps.items, itemCount)];
  const [both, near, before] = [new Int32Array(itemCount), new Int32Array(itemCount), new Int32Array(itemCount)];
  const met = new Uint8Array(itemCount);
  const touched = new Int32Array(itemCount);
  const starts = new Int32Array(itemCount + 1);
  const [support, nearDiagonal, again] = [new Int32Array(itemCount), new Int32Array(itemCount), new Int32Array(itemCount)];
  const rows: Growing = {
    length: 0,
    columns: new Int32Array(1024),
    both: new Int32Array(1024),
    near: new Int32Array(1024),
    before: new Int32Array(1024),
  };
  const { window } = kernel;
  for (let item = 0; item < itemCount; item++) {
    let count = 0;
    for (let at = likePlaces.starts[item]!; at < likePlaces.starts[item + 1]!; at++) {
      const place = likePlaces.places[at]!;
      const person = likers[place]!;
      const strength = likes.weights[place]!;
      for (let other = likes.starts[person]!; other < likes.starts[person + 1]!; other++) {
        const column = likes.items[other]!;
        if (met[column] === 0) {
          met[column] = 1;
          touched[count++] = column;
        }
        both[column]! += strength * likes.weights[other]!;
      }
    }
    for (let at = stepPlaces.starts[item]!; at < stepPlaces.starts[item + 1]!; at++) {
      const place = stepPlaces.places[at]!;
      const person = stepOwners[place]!;
      const [start, end] = [steps.starts[person]!, steps.starts[person + 1]!];
      const occasion = occasions[place]!;
      const weight = steps.weights[place]!;
      const last = occasions[end - 1]!;
      const rest = Math.min(window, last - occasion);
      for (let other = place; other >= start && occasion - occasions[other]! <= window; other--) {
        const column = steps.items[other]!;
        const distance = occasion - occasions[other]!;
        const strength = weight * steps.weights[other]!;
        if (met[column] === 0) {
          met[column] = 1;
          touched[count++] = column;
        }
        before[column]! += strength * kernel.before[distance]!;
        near[column]! += strength * kernel.near[distance * (window + 1) + rest]!;
      }
      for (let other = place + 1; other < end && occasions[other]! - occasion <= window; other++) {
        const column = steps.items[other]!;
        const distance = occasions[other]! - occasion;
        if (met[column] === 0) {
          met[column] = 1;
          touched[count++] = column;
        }
        near[column]! += weight * steps.weights[other]! * kernel.near[distance * (window + 1) + Math.min(window, last - occasions[other]!)]!;
      }
    }
    ensure(rows, count);
    const columns = touched.subarray(0, count).sort();
    for (const column of columns) {
      if (column === item) {
        support[item] = both[column]!;
        nearDiagonal[item] = near[column]!;
        again[item] = before[column]!;
      } else {
        rows.columns[rows.length] = column;
        rows.both[rows.length] = both[column]!;
        rows.near[rows.length] = near[column]!;
        rows.before[rows.length++] = before[column]!;
      }
      both[column] = 0;
      near[column] = 0;
      before[column] = 0;
      met[column] = 0;
    }
    starts[item + 1] = rows.length;
  }
  return {
    starts,
    columns: rows.columns.slice(0, rows.length),
    both: rows.both.slice(0, rows.length),
    near: rows.near.slice(0, rows.length),
    before: rows.before.slice(0, rows.length),
    support,
    nearDiagonal,
    again,
  };
}
