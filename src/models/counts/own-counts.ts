/** Calls back with Σ strength², near and again of an item with itself. */
export type OwnVisit = (item: number, both: number, near: number, again: number) => void;

export type OwnCounts = {
  /** Whole numbers, may be negative. */
  add(item: number, both: number, near: number, again: number): void;
  /** Items that have anything but zeroes, ascending. */
  forEach(visit: OwnVisit): void;
  /** Whether any has. */
  isEmpty(): boolean;
};

const fields = 3;

/** Counts of items with themselves, by dense index: 12 bytes an item up to the highest that was added. */
export function createOwnCounts(expected = 16): OwnCounts {
  let counts = new Int32Array(expected * fields);
  const isLive = (at: number) => counts[at] !== 0 || counts[at + 1] !== 0 || counts[at + 2] !== 0;
  return {
    add(item, both, near, again) {
      const at = item * fields;
      if (at >= counts.length) {
        const larger = new Int32Array(Math.max(counts.length * 2, at + fields));
        larger.set(counts);
        counts = larger;
      }
      counts[at]! += both;
      counts[at + 1]! += near;
      counts[at + 2]! += again;
    },
    forEach(visit) {
      for (let at = 0; at < counts.length; at += fields) if (isLive(at)) visit(at / fields, counts[at]!, counts[at + 1]!, counts[at + 2]!);
    },
    isEmpty() {
      for (let at = 0; at < counts.length; at += fields) if (isLive(at)) return false;
      return true;
    },
  };
}
