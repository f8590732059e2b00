import type { ItemId } from "#domain/ids.ts";
import { netBought, queryOf } from "#models/query.ts";
import { inOrder, type Step } from "#models/step.ts";
import type { Case } from "./judge.ts";

export type HeldOut = { /** What the model may learn from. */ readonly before: readonly Step[]; readonly test: Case | null };

/**
 * Cuts off the person's last occasion (everything at the last time). The test asks for what was new in it; there is
 * none when nothing came before or nothing in it was new.
 */
export function holdOutLast(unordered: readonly Step[], repeats = false): HeldOut {
  const steps = inOrder(unordered);
  const lastAt = steps.at(-1)?.at;
  const before = steps.filter(({ at }) => at !== lastAt);
  const seen = [...netBought(before).keys(), ...before.map(({ itemId }) => itemId)];
  return {
    before,
    test: caseOf(
      before,
      steps.filter(({ at }) => at === lastAt),
      repeats ? [] : seen,
    ),
  };
}

/** The case that asks `before` for what is in `after`; null when either is empty. */
export function caseOf(before: readonly Step[], after: readonly Step[], seen: readonly ItemId[]): Case | null {
  const known = new Set(seen);
  const relevant = [...new Set(after.filter(({ weight, itemId }) => weight > 0 && !known.has(itemId)).map(({ itemId }) => itemId))];
  const query = queryOf(before).map(({ itemId, weight }) => ({ itemId, weight }));
  return relevant.length === 0 || query.length === 0 ? null : { query, seen: [...known], relevant };
}
