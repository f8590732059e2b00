import { sparseRows, squaredNorms, transpose } from "../knn/sparse-rows.ts";

/** People's item frequencies, to be searched by likeness. People without any are not in it. */
export type FrequencyIndex = {
  readonly people: number;
  /**
   * Per person: minus the squared Euclidean distance, or the cosine; both but for what is the same for everybody. The
   * array is the index's own, and good until the next call.
   */
  nearness(frequency: ReadonlyMap<number, number>, byCosine: boolean): Float64Array;
  /** Adds this share of the mean frequency of these people to the values of the items. */
  addMean(people: Int32Array, share: number, values: Float64Array): void;
};

export function indexFrequencies(frequencies: readonly ReadonlyMap<number, number>[], itemCount: number): FrequencyIndex {
  const byPerson = sparseRows(frequencies.filter(({ size }) => size > 0).map((frequency) => [...frequency]));
  const byItem = transpose(byPerson, itemCount);
  const squares = squaredNorms(byPerson);
  const near = new Float64Array(squares.length);
  return {
    people: squares.length,
    nearness(frequency, byCosine) {
      near.fill(0);
      const { starts, columns: people, values: theirs } = byItem;
      for (const [item, own] of frequency) {
        for (let at = starts[item]!; at < starts[item + 1]!; at++) near[people[at]!]! += own * theirs[at]!;
      }
      for (let person = 0; person < near.length; person++) {
        near[person] = byCosine ? near[person]! / Math.sqrt(squares[person]!) : 2 * near[person]! - squares[person]!;
      }
      return near;
    },
    addMean(people, share, values) {
      const { starts, columns: items, values: theirs } = byPerson;
      const each = share / people.length;
      for (const person of people) {
        for (let at = starts[person]!; at < starts[person + 1]!; at++) values[items[at]!]! += each * theirs[at]!;
      }
    },
  };
}
