export type Eligibility = {
  /** 1 where an index may be taken. */
  readonly allowed?: Uint8Array;
  /** Only scores above it are taken. */
  readonly above?: number;
};

/**
 * The indices of the k largest scores, best first; equal scores in order of index. NaN counts as the smallest. Fewer
 * than k where fewer are eligible. A heap of k: O(n + m log k), where m, the scores that enter the heap, is about
 * k ln(n / k) for scores in no particular order.
 */
export function topK(scores: Float64Array, k: number, { allowed, above }: Eligibility = {}): Int32Array {
  const size = Math.min(k, scores.length);
  const heap = new Int32Array(size);
  if (size === 0) return heap;
  let filled = 0;
  let index = 0;
  for (; index < scores.length && filled < size; index++) {
    if (allowed !== undefined && allowed[index] === 0) continue;
    if (above === undefined || scores[index]! > above) heap[filled++] = index;
  }
  for (let start = (filled >> 1) - 1; start >= 0; start--) sink(heap, filled, start, scores);
  if (filled === size) {
    // What is kept once the heap is full is above all it lets go, so `above` needs no second look.
    let least = scores[heap[0]!]!;
    for (; index < scores.length; index++) {
      const score = scores[index]!;
      // The common case first. A later index loses a tie; a least that is NaN loses to any number.
      if (score <= least || Number.isNaN(score) || (allowed !== undefined && allowed[index] === 0)) continue;
      heap[0] = index;
      sink(heap, filled, 0, scores);
      least = scores[heap[0]!]!;
    }
  }
  // Takes the worst to the end, one after another: the best is left at the front.
  for (let last = filled - 1; last > 0; last--) {
    const worst = heap[0]!;
    heap[0] = heap[last]!;
    heap[last] = worst;
    sink(heap, last, 0, scores);
  }
  return filled === size ? heap : heap.slice(0, filled);
}

function isWorse(scores: Float64Array, a: number, b: number): boolean {
  const left = scores[a]!;
  const right = scores[b]!;
  if (left < right) return true;
  if (left > right) return false;
  if (left === right) return a > b;
  // At least one is NaN.
  return Number.isNaN(left) && (!Number.isNaN(right) || a > b);
}

/** The heap's worst is at its root. */
function sink(heap: Int32Array, filled: number, start: number, scores: Float64Array): void {
  const moved = heap[start]!;
  let at = start;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= filled) break;
    if (child + 1 < filled && isWorse(scores, heap[child + 1]!, heap[child]!)) child++;
    if (!isWorse(scores, heap[child]!, moved)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = moved;
}
