import type { Fading } from "./fading.ts";
import type { PersonRows } from "./person-rows.ts";
import { placesByItem } from "./places-by-item.ts";

/** Both triangles by rows, columns ascending, and the diagonal apart. */
export type FadedCooccurrence = {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly counts: Float64Array;
  readonly diagonal: Float64Array;
};

/** Who has both, each pair weighed by the earlier of its two periods; otherwise as `cooccurrence`. Time Σ_u |x_u|². */
export function fadedCooccurrence(people: readonly PersonRows[], itemCount: number, fading: Fading): FadedCooccurrence {
  const size = people.reduce((sum, { items }) => sum + items.length, 0);
  const [items, strengths, weights, owners] = [new Int32Array(size), new Uint8Array(size), new Float64Array(size), new Int32Array(size)];
  const personStarts = new Int32Array(people.length + 1);
  for (const [person, rows] of people.entries()) {
    const start = personStarts[person]!;
    personStarts[person + 1] = start + rows.items.length;
    items.set(rows.items, start);
    strengths.set(rows.strengths, start);
    weights.set(Float64Array.from(rows.itemPeriods, fading), start);
    owners.fill(person, start, personStarts[person + 1]);
  }
  const byItem = placesByItem(items, itemCount);
  const [sums, met, touched] = [new Float64Array(itemCount), new Uint8Array(itemCount), new Int32Array(itemCount)];
  const diagonal = new Float64Array(itemCount);
  const starts = new Int32Array(itemCount + 1);
  let [columns, counts] = [new Int32Array(1024), new Float64Array(1024)];
  let filled = 0;
  for (let item = 0; item < itemCount; item++) {
    let count = 0;
    for (let at = byItem.starts[item]!; at < byItem.starts[item + 1]!; at++) {
      const place = byItem.places[at]!;
      const [strength, weight] = [strengths[place]!, weights[place]!];
      const end = personStarts[owners[place]! + 1]!;
      for (let other = personStarts[owners[place]!]!; other < end; other++) {
        const column = items[other]!;
        if (met[column] === 0) {
          met[column] = 1;
          touched[count++] = column;
        }
        sums[column]! += strength * strengths[other]! * Math.min(weight, weights[other]!);
      }
    }
    if (filled + count > columns.length) {
      const larger = [new Int32Array(columns.length * 2 + count), new Float64Array(columns.length * 2 + count)] as const;
      larger[0].set(columns);
      larger[1].set(counts);
      [columns, counts] = larger;
    }
    for (const column of touched.subarray(0, count).sort()) {
      if (column === item) diagonal[item] = sums[column]!;
      else {
        columns[filled] = column;
        counts[filled++] = sums[column]!;
      }
      sums[column] = 0;
      met[column] = 0;
    }
    starts[item + 1] = filled;
  }
  return { starts, columns: columns.subarray(0, filled), counts: counts.subarray(0, filled), diagonal };
}
