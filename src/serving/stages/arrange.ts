import { topK } from "#kernels/top-k.ts";
import type { Stage } from "../answer.ts";

/** An item steps back for one of another kind only if that one scores at least this much of its own score. */
const worthwhileShare = 0.5;

/** How far down the ranking others of another kind are looked for. */
const poolPerItem = 20;
const leastPool = 200;

/**
 * The best n, but not all of one kind: once a category has had its share, others go first that are nearly as good.
 * What is shown is in order of score, whatever was passed over.
 */
export const arrange: Stage = (answer) => {
  const { snapshot, candidates, scores, request, rule } = answer;
  const mixes = rule.maxCategoryShare < 1;
  const showable = scores.map((score, position) => (candidates[position] === 1 ? score : Number.NEGATIVE_INFINITY));
  const ranked = [...topK(showable, mixes ? Math.max(leastPool, request.n * poolPerItem) : request.n)].filter(
    (position) => candidates[position] === 1,
  );
  if (!mixes) return { ...answer, chosen: ranked };

  const most = Math.max(1, Math.ceil(rule.maxCategoryShare * request.n));
  const taken = new Map<string, number>();
  const categoryOf = (position: number) => snapshot.items[position]!.categories.at(-1);
  const isFull = (position: number) => (taken.get(categoryOf(position) ?? "") ?? 0) >= most;
  const chosen: number[] = [];
  const passedOver: number[] = [];
  // The best one of a category with room, at or after `from`; found again only when it was used up.
  let next = 0;
  for (const [rank, position] of ranked.entries()) {
    if (chosen.length === request.n) break;
    if (isFull(position)) {
      next = Math.max(next, rank + 1);
      while (next < ranked.length && isFull(ranked[next]!)) next++;
      if (next < ranked.length && scores[ranked[next]!]! >= worthwhileShare * scores[position]!) {
        passedOver.push(position);
        continue;
      }
    }
    const category = categoryOf(position);
    if (category !== undefined) taken.set(category, (taken.get(category) ?? 0) + 1);
    chosen.push(position);
  }
  chosen.push(...passedOver.slice(0, request.n - chosen.length));
  chosen.sort((a, b) => scores[b]! - scores[a]! || a - b);
  return { ...answer, chosen };
};
