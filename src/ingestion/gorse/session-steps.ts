import type { EpochMs } from "#domain/clock.ts";
import type { EventType } from "#domain/event.ts";
import { eventWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import type { GorseFeedback } from "./feedback.ts";
import { eventTypeOf, type FeedbackKinds } from "./feedback-kinds.ts";

/** What a session did with an item, in the shape that a model is asked with. */
export type SessionStep = {
  readonly itemId: ItemId;
  readonly type: EventType;
  readonly weight: number;
  readonly quantity: number;
  readonly at: EpochMs;
  readonly basket: null;
};

export function sessionSteps(list: readonly GorseFeedback[], kinds: FeedbackKinds, now: EpochMs): SessionStep[] {
  return list.map(({ feedbackType, itemId, value, at }) => {
    const type = eventTypeOf(kinds, feedbackType, value);
    return { itemId, type, weight: eventWeight[type], quantity: 1, at: at?.ms ?? now, basket: null };
  });
}
