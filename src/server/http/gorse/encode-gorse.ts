import type { CatalogueItem } from "#domain/item.ts";
import { printFineTime } from "#ingestion/gorse/fine-time.ts";
import { toGorseItem } from "#ingestion/gorse/item.ts";
import type { ScoredItem } from "#serving/gorse/scored-item.ts";
import type { GorseFeedbackRow, GorseUserRow } from "#storage/ports/gorse-store.ts";
import type { GorseFeedbackReply, GorseItemReply, GorseScoreReply, GorseSuccess, GorseUserReply } from "../../contract/gorse.ts";

export const rowsAffected = (rows: number): GorseSuccess => ({ RowAffected: rows });

export function encodeUser({ userId, labels, comment }: GorseUserRow): GorseUserReply {
  return { UserId: userId, Labels: JSON.parse(labels), Comment: comment };
}

export function encodeItem(item: CatalogueItem): GorseItemReply {
  const { itemId, isHidden, categories, at, labels, comment } = toGorseItem(item);
  return { ItemId: itemId, IsHidden: isHidden, Categories: categories, Timestamp: printFineTime(at), Labels: labels, Comment: comment };
}

export function encodeFeedback(row: GorseFeedbackRow): GorseFeedbackReply {
  return {
    FeedbackType: row.feedbackType,
    UserId: row.userId,
    ItemId: row.itemId,
    Value: row.value,
    Timestamp: printFineTime(row.at),
    Updated: printFineTime(row.updatedAt),
    Labels: JSON.parse(row.labels),
    Comment: row.comment,
  };
}

export const encodeScores = (items: readonly ScoredItem[]): GorseScoreReply[] => items.map(({ itemId, score }) => ({ Id: itemId, Score: score }));
