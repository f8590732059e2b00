import { createHash } from "node:crypto";
import { type EpochMs, earliestEventMs } from "#domain/clock.ts";
import type { EventType } from "#domain/event.ts";
import { eventWeight } from "#domain/event-weight.ts";
import type { CustomerId, MessageId, PersonId } from "#domain/ids.ts";
import type { FineTime, GorseFeedbackRow } from "#storage/ports/gorse-store.ts";
import type { IncomingMessage } from "../message.ts";
import { type FeedbackMode, feedbackKeyOf, type GorseFeedback } from "./feedback.ts";
import { eventTypeOf, type FeedbackKinds } from "./feedback-kinds.ts";

/** What one feedback comes to: the row as it will be, the event that the model learns from, what that event replaces. */
export type FeedbackPlan = {
  readonly row: GorseFeedbackRow;
  /** Null where what the model knows already says it. */
  readonly message: IncomingMessage | null;
  readonly takesBack: readonly MessageId[];
};

/** The same feedback in the same revision has the same id: sent again after a crash, it is a duplicate. */
export function feedbackMessageId(feedback: Pick<GorseFeedback, "feedbackType" | "userId" | "itemId">, revision: number): MessageId {
  return `gorse:${createHash("sha256").update(feedbackKeyOf(feedback)).digest("base64url").slice(0, 22)}:${revision}` as MessageId;
}

/** What has no time happened now; what has not happened yet (Gorse's delayed feedback) is known now. */
const occurredAt = (at: FineTime, now: EpochMs): EpochMs => (at === null ? now : Math.min(now, Math.max(earliestEventMs, at.ms)));

const finite = (value: number) => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));

function messageOf(row: Omit<GorseFeedbackRow, "messageIds">, type: EventType, now: EpochMs): IncomingMessage {
  return {
    names: { customerId: row.userId as CustomerId, anonymousId: null },
    event: {
      messageId: feedbackMessageId(row, row.revision),
      type,
      name: row.feedbackType,
      occurredAt: occurredAt(row.at, now),
      lines: [{ itemId: row.itemId, quantity: 1, unitPrice: null }],
      orderId: null,
      sessionId: null,
      recommendationId: null,
      currency: null,
    },
    seenItems: [],
    linksNames: false,
    stampedConsent: null,
    basis: "consent",
  };
}

export function planFeedback(
  feedback: GorseFeedback,
  known: GorseFeedbackRow | undefined,
  context: { readonly personId: PersonId; readonly mode: FeedbackMode; readonly kinds: FeedbackKinds; readonly now: EpochMs },
): FeedbackPlan {
  const { personId, mode, kinds, now } = context;
  const revision = (known?.revision ?? 0) + 1;
  const adds = known !== undefined && mode === "accumulate";
  const row = adds
    ? { ...known, value: finite(known.value + feedback.value), updatedAt: feedback.at, revision }
    : { ...feedback, value: finite(feedback.value), personId, updatedAt: feedback.at, revision };
  const type = eventTypeOf(kinds, row.feedbackType, row.value);
  const before = known === undefined || known.messageIds.length === 0 ? null : eventTypeOf(kinds, known.feedbackType, known.value);
  const message = messageOf(row, type, now);
  const saysNothingNew =
    before !== null && (adds ? eventWeight[type] <= eventWeight[before] : type === before && message.event.occurredAt === occurredAt(known!.at, now));
  if (saysNothingNew) return { row: { ...row, messageIds: known!.messageIds }, message: null, takesBack: [] };
  const takesBack = adds ? [] : (known?.messageIds ?? []);
  const messageIds = [...(adds ? known.messageIds : []), message.event.messageId];
  return { row: { ...row, messageIds }, message, takesBack };
}
