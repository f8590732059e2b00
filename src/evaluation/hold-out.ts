import type { ItemId } from "#domain/ids.ts";
import { queryOf } from "#models/query.ts";
import { inOrder, type Step } from "#models/step.ts";
import type { Case } from "./rank-case.ts";

export type HeldOut = { /** What the model may learn from. */ readonly before: readonly Step[]; readonly test: Case | null };

/**
 * Cuts off the person's last occasion (everything at the last time). The test asks for what was new in it; there is
 * none when nothing came before or nothing in it was new.
 */
export function holdOutLast(unordered: readonly Step[], repeats = false): HeldOut {
  const steps = inOrder(unordered);
  const lastAt = steps.at(-1)?.at;
  const before = steps.filter(({ at }) => at !== lastAt);
  const after = steps.filter(({ at }) => at === lastAt);
  return { before, test: caseOf(before, after, repeats ? [] : itemsOf(before)) };
}

/**
 * Cuts off the last thing the person chose: one event, or the whole order that it belongs to. Where several bear the
 * last time, a fixed draw decides: the order of rows says nothing, and the order of ids often says how popular an item
 * is. What came after (a return, say) is of the future and is dropped.
 */
export function holdOutLastChoice(unordered: readonly Step[]): { readonly before: readonly Step[]; readonly after: readonly Step[] } {
  const steps = inOrder(unordered);
  const lastAt = steps.findLast(({ weight }) => weight > 0)?.at;
  const candidates = steps.filter(({ at, weight }) => at === lastAt && weight > 0);
  const [first, ...rest] = candidates;
  if (first === undefined) return { before: [], after: [] };
  const chosen = rest.reduce((best, next) => (drawOf(next) > drawOf(best) ? next : best), first);
  const held = (step: Step) => step === chosen || (chosen.basket !== null && step.basket === chosen.basket);
  const before = steps.filter((step) => !held(step) && (step.at < chosen.at || (step.at === chosen.at && step.weight > 0)));
  return { before, after: steps.filter(held) };
}

/** The same for the same item and time, and otherwise arbitrary: FNV-1a with the last mixing step of MurmurHash3. */
function drawOf({ itemId, at }: Step): number {
  let hash = 0x811c9dc5;
  for (const char of `${at} ${itemId}`) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** How many times the person chose something: single events, an order counting once. */
export function countChoices(steps: readonly Step[]): number {
  const chosen = steps.filter(({ weight }) => weight > 0);
  const baskets = new Set(chosen.flatMap(({ basket }) => basket ?? []));
  return baskets.size + chosen.filter(({ basket }) => basket === null).length;
}

/** Every item of the steps, once: what is not to be recommended to whoever took them. */
function itemsOf(steps: readonly Step[]): ItemId[] {
  return [...new Set(steps.map(({ itemId }) => itemId))];
}

/** The case that asks `before` for what is in `after`; null when either is empty. */
function caseOf(before: readonly Step[], after: readonly Step[], seen: readonly ItemId[]): Case | null {
  const known = new Set(seen);
  const relevant = [...new Set(after.filter(({ weight, itemId }) => weight > 0 && !known.has(itemId)).map(({ itemId }) => itemId))];
  const query = queryOf(before).map(({ step: _, ...term }) => term);
  return relevant.length === 0 || query.length === 0 ? null : { query, seen: [...known], relevant };
}
