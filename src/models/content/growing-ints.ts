/** An Int32Array that grows: tens of millions of numbers in four bytes each. */
export type GrowingInts = { push(value: number): void; size(): number; all(): Int32Array };

export function createGrowingInts(): GrowingInts {
  let values = new Int32Array(1024);
  let size = 0;
  return {
    push(value) {
      if (size === values.length) {
        const larger = new Int32Array(size * 2);
        larger.set(values);
        values = larger;
      }
      values[size++] = value;
    },
    size: () => size,
    all: () => values.slice(0, size),
  };
}
