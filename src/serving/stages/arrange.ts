import type { Stage } from "../answer.ts";

/**
 * The best n, but not all of one kind: once a category has its share, the rest of it waits until the others are used
 * up. Skipping keeps the order by score within what is shown first.
 */
export const arrange: Stage = (answer) => {
  const { snapshot, candidates, scores, request, rule } = answer;
  const ranked: number[] = [];
  for (let position = 0; position < candidates.length; position++) if (candidates[position] === 1) ranked.push(position);
  ranked.sort((a, b) => scores[b]! - scores[a]! || a - b);
  const most = Math.max(1, Math.ceil(rule.maxCategoryShare * request.n));
  const taken = new Map<string, number>();
  const [chosen, waiting]: [number[], number[]] = [[], []];
  for (const position of ranked) {
    if (chosen.length === request.n) break;
    const category = snapshot.items[position]!.categories.at(-1);
    const count = category === undefined ? 0 : (taken.get(category) ?? 0);
    if (count >= most) {
      waiting.push(position);
      continue;
    }
    if (category !== undefined) taken.set(category, count + 1);
    chosen.push(position);
  }
  chosen.push(...waiting.slice(0, request.n - chosen.length));
  chosen.sort((a, b) => scores[b]! - scores[a]! || a - b);
  return { ...answer, chosen };
};
