import type { ItemId, MessageId, PersonId, ShopId } from "#domain/ids.ts";
import type { FineTime, GorseFeedbackRow, GorseUserRow } from "../ports/gorse-store.ts";
import type { Tables } from "./schema.ts";

// Comments are kept as JSON text: PostgreSQL's text takes no NUL, a comment may hold one.

const fineTime = (ms: number | null, nanos: number): FineTime => (ms === null ? null : { ms, nanos });

export function userFromRow(row: Tables["gorse_users"]): GorseUserRow {
  return { personId: row.person_id as PersonId, userId: row.user_id, labels: row.labels, comment: JSON.parse(row.comment) as string };
}

export function userToRow(shopId: ShopId, user: GorseUserRow): Tables["gorse_users"] {
  return { shop_id: shopId, user_id: user.userId, person_id: user.personId, labels: user.labels, comment: JSON.stringify(user.comment) };
}

export function feedbackFromRow(row: Tables["gorse_feedback"]): GorseFeedbackRow {
  return {
    feedbackType: row.feedback_type,
    userId: row.user_id,
    itemId: row.item_id as ItemId,
    personId: row.person_id as PersonId,
    value: row.value,
    at: fineTime(row.at, row.at_nanos),
    updatedAt: fineTime(row.updated_at, row.updated_nanos),
    labels: row.labels,
    comment: JSON.parse(row.comment) as string,
    messageIds: JSON.parse(row.message_ids) as MessageId[],
    revision: row.revision,
  };
}

export function feedbackToRow(shopId: ShopId, feedback: GorseFeedbackRow): Tables["gorse_feedback"] {
  return {
    shop_id: shopId,
    feedback_type: feedback.feedbackType,
    user_id: feedback.userId,
    item_id: feedback.itemId,
    person_id: feedback.personId,
    value: feedback.value,
    at: feedback.at?.ms ?? null,
    at_nanos: feedback.at?.nanos ?? 0,
    updated_at: feedback.updatedAt?.ms ?? null,
    updated_nanos: feedback.updatedAt?.nanos ?? 0,
    labels: feedback.labels,
    comment: JSON.stringify(feedback.comment),
    message_ids: JSON.stringify(feedback.messageIds),
    revision: feedback.revision,
  };
}
