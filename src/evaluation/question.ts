import type { ItemId } from "#domain/ids.ts";
import type { Query } from "#models/model.ts";
import { queryOf } from "#models/query.ts";
import type { History, Step } from "#models/step.ts";

/** What is not to be recommended: all of the past, its latest item only, or nothing (repeats are right answers too). */
export type Mask = "past" | "latest" | "nothing";

/**
 * A case that is not yet put into words: the queries of all prefixes of a long session would not fit into memory, so
 * each is made when it is asked.
 */
export type Question = {
  /** In order. Only the first `until` steps may be asked with. */
  readonly history: History;
  readonly until: number;
  readonly mask: Mask;
  /** The right answers. Items that nobody was seen with before count as missed, they are not dropped. */
  readonly relevant: readonly ItemId[];
  /** The ratings of `relevant`, where ratings are to be foretold; null where a list is. */
  readonly ratings: readonly number[] | null;
  /** Questions of one unit (a session, a person) are not independent, and are resampled together. */
  readonly unit: number;
};

/** A query has 500 terms at most; a few more steps so that what was given back is seen. */
const mostSteps = 2000;

/** The question that `before` (in order) asks for what is in `after`; null when either says nothing. */
export function questionOf(before: History, after: readonly Step[], mask: Mask, unit: number): Question | null {
  if (before.every(({ type }) => type === "return")) return null;
  const known = mask === "past" ? new Set(before.map(({ itemId }) => itemId)) : null;
  const relevant = new Set<ItemId>();
  for (const { weight, itemId } of after) if (weight > 0 && known?.has(itemId) !== true) relevant.add(itemId);
  return relevant.size === 0 ? null : { history: before, until: before.length, mask, relevant: [...relevant], ratings: null, unit };
}

export function askedWith({ history, until, mask }: Question): { readonly query: Query; readonly seen: readonly ItemId[] } {
  const steps = until > mostSteps ? history.slice(until - mostSteps, until) : until < history.length ? history.slice(0, until) : history;
  const query = queryOf(steps);
  if (mask === "nothing") return { query, seen: [] };
  if (mask === "latest") return { query, seen: until > 0 ? [history[until - 1]!.itemId] : [] };
  const seen = new Set<ItemId>();
  for (let at = 0; at < until; at++) seen.add(history[at]!.itemId);
  return { query, seen: [...seen] };
}
