/** Keys are `low · 2²⁶ + high`: exact in a double for up to 67 million items. */
const span = 2 ** 26;
const empty = -1;
const fields = 4;

/** What is counted of an unordered pair {low, high}: who has both, how near they stand, and which comes before which. */
export type PairVisit = (low: number, high: number, both: number, near: number, lowFirst: number, highFirst: number) => void;

export type PairTable = {
  /** Adds to the pair {a, b}, a ≠ b; whole numbers, may be negative. `aFirst` is a before b, `bFirst` the other way. */
  add(a: number, b: number, both: number, near: number, aFirst: number, bFirst: number): void;
  /** Calls back for each pair that has anything but zeroes, in no particular order. */
  forEach(visit: PairVisit): void;
  /** Pairs that have anything but zeroes. */
  size(): number;
};

/**
 * Counts of unordered pairs of dense indices: an open-addressing hash table over typed arrays, 24 bytes a slot, at
 * most two thirds full. Whole numbers only, so that what was added can be taken away to the last bit.
 */
export function createPairTable(expected = 1024): PairTable {
  let capacity = 2 ** Math.ceil(Math.log2(Math.max(16, expected * 1.5)));
  let keys = new Float64Array(capacity).fill(empty);
  let counts = new Int32Array(capacity * fields);
  let used = 0;

  function slotOf(low: number, high: number, key: number): number {
    // Two multiplications mix the low and the high half; the table's size is a power of two.
    const mixed = Math.imul(high, 0x9e3779b1) ^ Math.imul(low, 0x85ebca77);
    let slot = (mixed ^ (mixed >>> 15)) & (capacity - 1);
    while (keys[slot] !== empty && keys[slot] !== key) slot = (slot + 1) & (capacity - 1);
    return slot;
  }

  const isLive = (table: Int32Array, slot: number) =>
    table[slot * fields] !== 0 || table[slot * fields + 1] !== 0 || table[slot * fields + 2] !== 0 || table[slot * fields + 3] !== 0;

  function grow(): void {
    const [oldKeys, oldCounts] = [keys, counts];
    let live = 0;
    for (let slot = 0; slot < oldKeys.length; slot++) if (isLive(oldCounts, slot)) live++;
    // Pairs that came back to zero are left behind; only a table full of live ones needs more room.
    if (live * 3 > capacity) capacity *= 2;
    keys = new Float64Array(capacity).fill(empty);
    counts = new Int32Array(capacity * fields);
    used = live;
    for (let slot = 0; slot < oldKeys.length; slot++) {
      if (!isLive(oldCounts, slot)) continue;
      const key = oldKeys[slot]!;
      const target = slotOf(Math.floor(key / span), key % span, key);
      keys[target] = key;
      for (let field = 0; field < fields; field++) counts[target * fields + field] = oldCounts[slot * fields + field]!;
    }
  }

  return {
    add(a, b, both, near, aFirst, bFirst) {
      const ordered = a < b;
      const [low, high] = ordered ? [a, b] : [b, a];
      const key = low * span + high;
      let slot = slotOf(low, high, key);
      if (keys[slot] === empty) {
        if (used * 3 >= capacity * 2) {
          grow();
          slot = slotOf(low, high, key);
        }
        keys[slot] = key;
        used++;
      }
      const at = slot * fields;
      counts[at]! += both;
      counts[at + 1]! += near;
      counts[at + 2]! += ordered ? aFirst : bFirst;
      counts[at + 3]! += ordered ? bFirst : aFirst;
    },
    forEach(visit) {
      for (let slot = 0; slot < capacity; slot++) {
        if (!isLive(counts, slot)) continue;
        const [key, at] = [keys[slot]!, slot * fields];
        visit(Math.floor(key / span), key % span, counts[at]!, counts[at + 1]!, counts[at + 2]!, counts[at + 3]!);
      }
    },
    size() {
      let live = 0;
      for (let slot = 0; slot < capacity; slot++) if (isLive(counts, slot)) live++;
      return live;
    },
  };
}
