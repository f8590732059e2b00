import type { EpochMs } from "#domain/clock.ts";
import type { ItemId, MessageId, PersonId, ShopId } from "#domain/ids.ts";

/** A user as a Gorse client describes them. `labels` is JSON text. */
export type GorseUserRow = {
  readonly personId: PersonId;
  readonly userId: string;
  readonly labels: string;
  readonly comment: string;
};

/** A moment as finely as Gorse keeps it; null is Gorse's "no time" (year 1). */
export type FineTime = { readonly ms: EpochMs /** Below the millisecond, 0 to 999,999. */; readonly nanos: number } | null;

export type GorseFeedbackKey = { readonly feedbackType: string; readonly userId: string; readonly itemId: ItemId };

/** One feedback as a Gorse client reads it back, and the events of the log that the model learns it from. */
export type GorseFeedbackRow = GorseFeedbackKey & {
  readonly personId: PersonId;
  readonly value: number;
  readonly at: FineTime;
  readonly updatedAt: FineTime;
  /** JSON text. */
  readonly labels: string;
  readonly comment: string;
  /** Those of its events that hold: what has to be taken back when it is deleted. */
  readonly messageIds: readonly MessageId[];
  /** How often it was written; part of the next event's message id. */
  readonly revision: number;
};

/** Which feedback: every field that is there narrows. */
export type GorseFeedbackFilter = {
  readonly feedbackTypes?: readonly string[];
  readonly personId?: PersonId;
  readonly itemId?: ItemId;
  /** Only what has happened by then; what has no time has. */
  readonly until?: EpochMs;
};

/** What the Gorse-compatible API has to give back exactly as it was told, beside the log and the catalogue. */
export type GorseStore = {
  /** Creates or replaces. */
  putUsers(shopId: ShopId, users: readonly GorseUserRow[]): Promise<void>;
  /** Adds those that nobody has described yet; leaves the others as they are. */
  addMissingUsers(shopId: ShopId, users: readonly GorseUserRow[]): Promise<void>;
  user(shopId: ShopId, personId: PersonId): Promise<GorseUserRow | null>;
  /** In order of the bytes of the user id, after `after`. */
  users(shopId: ShopId, after: string | null, limit: number): Promise<readonly GorseUserRow[]>;
  deleteUser(shopId: ShopId, personId: PersonId): Promise<void>;

  /** Creates or replaces; all or nothing. */
  putFeedback(shopId: ShopId, rows: readonly GorseFeedbackRow[]): Promise<void>;
  /** Those of the keys that are there. */
  feedbackAt(shopId: ShopId, keys: readonly GorseFeedbackKey[]): Promise<readonly GorseFeedbackRow[]>;
  /** In order of the bytes of type, user and item, after `after`. */
  feedback(
    shopId: ShopId,
    filter: GorseFeedbackFilter,
    page?: { readonly after: GorseFeedbackKey | null; readonly limit: number },
  ): Promise<readonly GorseFeedbackRow[]>;
  deleteFeedback(shopId: ShopId, keys: readonly GorseFeedbackKey[]): Promise<void>;
  /** The items that a person's feedback up to a moment is about. */
  itemsOf(shopId: ShopId, personId: PersonId, until: EpochMs): Promise<readonly ItemId[]>;
  /** For each of the items the latest `perItem` people who gave feedback on it. */
  peopleOf(shopId: ShopId, itemIds: readonly ItemId[], perItem: number): Promise<readonly { readonly itemId: ItemId; readonly personId: PersonId }[]>;
  /** How many items each of these people gave feedback on. */
  itemCounts(shopId: ShopId, personIds: readonly PersonId[]): Promise<ReadonlyMap<PersonId, number>>;

  /** Those of the message ids whose event was taken back. */
  takenBack(shopId: ShopId, messageIds: readonly MessageId[]): Promise<ReadonlySet<MessageId>>;
  /** Takes an item out of the catalogue; what people did with it stays. */
  removeItem(shopId: ShopId, itemId: ItemId): Promise<void>;
};
