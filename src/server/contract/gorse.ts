// What the Gorse-compatible API says on the wire (docs/guide/gorse.md). Names and case are Gorse's own.

export type GorseUserReply = { readonly UserId: string; readonly Labels: unknown; readonly Comment: string };

export type GorseItemReply = {
  readonly ItemId: string;
  readonly IsHidden: boolean;
  readonly Categories: readonly string[];
  readonly Timestamp: string;
  readonly Labels: unknown;
  readonly Comment: string;
};

export type GorseFeedbackReply = {
  readonly FeedbackType: string;
  readonly UserId: string;
  readonly ItemId: string;
  readonly Value: number;
  readonly Timestamp: string;
  readonly Updated: string;
  readonly Labels: unknown;
  readonly Comment: string;
};

export type GorseScoreReply = { readonly Id: string; readonly Score: number };
export type GorseSuccess = { readonly RowAffected: number };
export type GorseDumpStats = {
  readonly Users: number;
  readonly Items: number;
  readonly Feedback: number /** Nanoseconds. */;
  readonly Duration: number;
};

export type GorseHealth = {
  readonly Ready: boolean;
  readonly DataStoreError: string | null;
  readonly CacheStoreError: string | null;
  readonly DataStoreConnected: boolean;
  readonly CacheStoreConnected: boolean;
};
