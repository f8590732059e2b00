/** Keys are `low · 2²⁶ + high`: exact in a double for up to 67 million items. */
const span = 2 ** 26;
const empty = -1;

export type PairCounts = {
  /** Adds `amount` (an integer, may be negative) to the count of the unordered pair {a, b}, a ≠ b. */
  add(a: number, b: number, amount: number): void;
  get(a: number, b: number): number;
  /** Calls back for each pair whose count is not zero, in no particular order, with low < high. */
  forEach(visit: (low: number, high: number, count: number) => void): void;
  /** Pairs whose count is not zero. */
  size(): number;
};

/**
 * Counts of unordered pairs of dense indices: an open-addressing hash table over typed arrays, 12 bytes a slot, at
 * most two thirds full. Integers only, so that what was added can be taken away to the last bit.
 */
export function createPairCounts(expected = 1024): PairCounts {
  let capacity = 2 ** Math.ceil(Math.log2(Math.max(16, expected * 1.5)));
  let keys = new Float64Array(capacity).fill(empty);
  let counts = new Int32Array(capacity);
  let used = 0;

  function slotOf(key: number): number {
    // Two multiplications mix the low and the high half; the table's size is a power of two.
    const mixed = Math.imul((key % span) | 0, 0x9e3779b1) ^ Math.imul((key / span) | 0, 0x85ebca77);
    let slot = (mixed ^ (mixed >>> 15)) & (capacity - 1);
    while (keys[slot] !== empty && keys[slot] !== key) slot = (slot + 1) & (capacity - 1);
    return slot;
  }

  function grow(): void {
    const [oldKeys, oldCounts] = [keys, counts];
    let live = 0;
    for (let slot = 0; slot < oldKeys.length; slot++) if (oldCounts[slot] !== 0) live++;
    // Pairs that came back to zero are left behind; only a table full of live ones needs more room.
    if (live * 3 > capacity) capacity *= 2;
    keys = new Float64Array(capacity).fill(empty);
    counts = new Int32Array(capacity);
    used = live;
    for (let slot = 0; slot < oldKeys.length; slot++) {
      if (oldCounts[slot] === 0) continue;
      const target = slotOf(oldKeys[slot]!);
      keys[target] = oldKeys[slot]!;
      counts[target] = oldCounts[slot]!;
    }
  }

  const keyOf = (a: number, b: number) => (a < b ? a * span + b : b * span + a);

  return {
    add(a, b, amount) {
      let slot = slotOf(keyOf(a, b));
      if (keys[slot] === empty) {
        if (used * 3 >= capacity * 2) {
          grow();
          slot = slotOf(keyOf(a, b));
        }
        keys[slot] = keyOf(a, b);
        used++;
      }
      counts[slot]! += amount;
    },
    get(a, b) {
      const slot = slotOf(keyOf(a, b));
      return keys[slot] === empty ? 0 : counts[slot]!;
    },
    forEach(visit) {
      for (let slot = 0; slot < capacity; slot++) {
        const count = counts[slot]!;
        if (count !== 0) visit(Math.floor(keys[slot]! / span), keys[slot]! % span, count);
      }
    },
    size() {
      let live = 0;
      for (let slot = 0; slot < capacity; slot++) if (counts[slot] !== 0) live++;
      return live;
    },
  };
}
