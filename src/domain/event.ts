import type { EpochMs } from "./clock.ts";
import type { ItemId, MessageId, OrderId, PersonId, RecommendationId, SessionId } from "./ids.ts";
import type { Purpose } from "./purpose.ts";

export const eventTypes = [
  "view",
  "click",
  "cart-add",
  "cart-remove",
  "wishlist",
  "purchase",
  "return",
  "dismiss",
  "search",
  "page",
  "identify",
  "impression",
  "custom",
] as const;
export type EventType = (typeof eventTypes)[number];

/** One item of an event: what, how many, at which price. */
export type EventLine = {
  readonly itemId: ItemId;
  readonly quantity: number;
  readonly unitPrice: number | null;
};

/** Something a person did, or was shown, in the shop's terms; nothing here knows how it came in. */
export type ShopEvent = {
  readonly messageId: MessageId;
  readonly type: EventType;
  /** The name the shop gave it ("Product Viewed"). */
  readonly name: string;
  readonly occurredAt: EpochMs;
  readonly receivedAt: EpochMs;
  readonly lines: readonly EventLine[];
  readonly orderId: OrderId | null;
  readonly sessionId: SessionId | null;
  readonly recommendationId: RecommendationId | null;
  readonly currency: string | null;
  /** Purposes this event must never serve: a no that was in force when it happened. */
  readonly refused: readonly Purpose[];
  /** Only on impressions. */
  readonly impression: Impression | null;
};

/** What was shown, by which model, and how likely each item was to be shown. */
export type Impression = {
  readonly surface: string;
  readonly model: string;
  readonly modelVersion: number;
  readonly personalized: boolean;
  /** One per line of the event, in the order shown; 1 where nothing was left to chance. */
  readonly propensities: readonly number[];
};

/** An event as the log holds it. */
export type LoggedEvent = ShopEvent & { readonly personId: PersonId; readonly seq: number };
