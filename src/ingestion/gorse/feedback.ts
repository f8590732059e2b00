import type { ItemId } from "#domain/ids.ts";
import type { FineTime } from "#storage/ports/gorse-store.ts";

/** A feedback as a Gorse client sends it, decoded. */
export type GorseFeedback = {
  readonly feedbackType: string;
  readonly userId: string;
  readonly itemId: ItemId;
  readonly value: number;
  readonly at: FineTime;
  /** JSON text. */
  readonly labels: string;
  readonly comment: string;
};

/**
 * What becomes of feedback that is there already. "accumulate": the values add up, the rest stays (Gorse's POST); "overwrite": the
 * new one takes its place (PUT, imports).
 */
export type FeedbackMode = "accumulate" | "overwrite";

export const feedbackKeyOf = ({ feedbackType, userId, itemId }: Pick<GorseFeedback, "feedbackType" | "userId" | "itemId">) =>
  JSON.stringify([feedbackType, userId, itemId]);

/** What of one request is about one thing is one feedback: the values added up, or the last one. */
export function foldFeedback(list: readonly GorseFeedback[], mode: FeedbackMode): ReadonlyMap<string, GorseFeedback> {
  const folded = new Map<string, GorseFeedback>();
  for (const one of list) {
    const key = feedbackKeyOf(one);
    const known = folded.get(key);
    folded.set(key, known === undefined || mode === "overwrite" ? one : { ...known, value: known.value + one.value });
  }
  return folded;
}
