/**
 * The indices of the k largest scores, best first; equal scores in order of index. NaN counts as the smallest.
 * A heap of k, so O(n log k).
 */
export function topK(scores: Float64Array, k: number): Int32Array {
  const size = Math.min(k, scores.length);
  const heap = new Int32Array(size);
  if (size === 0) return heap;
  const worse = (a: number, b: number) => {
    const [left, right] = [scores[a]!, scores[b]!];
    if (left !== right && !(Number.isNaN(left) && Number.isNaN(right))) return Number.isNaN(left) || left < right;
    return a > b;
  };
  let filled = 0;
  const sink = (start: number) => {
    let at = start;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= filled) return;
      if (child + 1 < filled && worse(heap[child + 1]!, heap[child]!)) child++;
      if (!worse(heap[child]!, heap[at]!)) return;
      [heap[at], heap[child]] = [heap[child]!, heap[at]!];
      at = child;
    }
  };
  for (let index = 0; index < scores.length; index++) {
    if (filled < size) {
      heap[filled++] = index;
      if (filled === size) for (let start = (size >> 1) - 1; start >= 0; start--) sink(start);
    } else if (worse(heap[0]!, index)) {
      heap[0] = index;
      sink(0);
    }
  }
  return heap.sort((a, b) => (worse(a, b) ? 1 : -1));
}
