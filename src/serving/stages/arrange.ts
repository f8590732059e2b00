import { topK } from "#kernels/top-k.ts";
import type { Answer, PureStage } from "../answer.ts";

/** An item steps back for one of another kind only if that one scores at least this much of its own score. */
const worthwhileShare = 0.5;

/** How far down the ranking others of another kind are looked for. */
const poolPerItem = 20;
const leastPool = 200;
/** Where to look first; most answers need no more, and finding the best few is what takes the time. */
const firstLookPerItem = 2;

/**
 * The best n of what has a reason, but not all of one kind: once a category has had its share, others go first that are
 * nearly as good. What is shown is in order of score, whatever was passed over.
 */
export const arrange: PureStage = (answer) => {
  const { candidates, scores, request, rule } = answer;
  const best = (k: number) => topK(scores, k, { allowed: candidates, above: 0 });
  const showing = (chosen: readonly number[]) => ({ ...answer, chosen, chosenScores: chosen.map((position) => scores[position]!) });
  if (rule.maxCategoryShare === 1) return showing([...best(request.n)]);
  const pool = Math.max(leastPool, request.n * poolPerItem);
  for (let size = Math.min(pool, firstLookPerItem * request.n); ; size = pool) {
    const ranked = best(size);
    const { chosen, isSettled } = mixed(answer, ranked);
    if (isSettled || ranked.length < size || size === pool) return showing(chosen);
  }
};

/** `isSettled`: nothing further down the ranking could change what is chosen. */
function mixed({ snapshot, scores, request, rule }: Answer, ranked: Int32Array): { chosen: number[]; isSettled: boolean } {
  const most = Math.max(1, Math.ceil(rule.maxCategoryShare * request.n));
  const taken = new Map<string, number>();
  const categoryOf = (position: number) => snapshot.items[position]!.categories.at(-1);
  const isFull = (position: number) => (taken.get(categoryOf(position) ?? "") ?? 0) >= most;
  const chosen: number[] = [];
  const passedOver: number[] = [];
  // The best one of a category with room, at or after `from`; found again only when it was used up.
  let next = 0;
  let isSettled = true;
  for (const [rank, position] of ranked.entries()) {
    if (chosen.length === request.n) break;
    if (isFull(position)) {
      next = Math.max(next, rank + 1);
      while (next < ranked.length && isFull(ranked[next]!)) next++;
      if (next === ranked.length) isSettled = false;
      else if (scores[ranked[next]!]! >= worthwhileShare * scores[position]!) {
        passedOver.push(position);
        continue;
      }
    }
    const category = categoryOf(position);
    if (category !== undefined) taken.set(category, (taken.get(category) ?? 0) + 1);
    chosen.push(position);
  }
  isSettled &&= chosen.length === request.n;
  chosen.push(...passedOver.slice(0, request.n - chosen.length));
  chosen.sort((a, b) => scores[b]! - scores[a]! || a - b);
  return { chosen, isSettled };
}
