import type { EpochMs } from "#domain/clock.ts";
import type { Feed, FeedRun } from "#domain/feed.ts";
import type { ItemId, ShopId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";

/** One reading of a feed. Only the newest run of a feed may change anything: `token` tells which that is. */
export type FeedRunKey = {
  readonly shopId: ShopId;
  readonly feedId: string;
  readonly token: string;
  /** Whether the items belong to the feed from now on, so that it may take them away again. */
  readonly owns: boolean;
};

/** A row of the feed: an item, or only that the item is in it (`item` null). */
export type StagedRow = { readonly itemId: ItemId; readonly item: CatalogueItem | null };

/** What became of each row: "repeated": the run has met this id before. "foreign": a feed on a schedule looks after the item. */
export type StagedFate = "added" | "changed" | "unchanged" | "seen" | "repeated" | "foreign";

export type RunEnd = { readonly run: FeedRun; readonly etag: string | null; readonly lastModified: string | null; readonly staleAt: EpochMs | null };

export type FeedStore = {
  /** Creates it, or gives the one of that name a new place, schedule and completeness. */
  put(feed: Omit<Feed, "etag" | "lastModified" | "staleAt" | "lastRun">): Promise<Feed>;
  byName(shopId: ShopId, name: string): Promise<Feed | null>;
  /** Of one shop, or of all; in order of their names. */
  list(shopId: ShopId | null): Promise<readonly Feed[]>;
  /** Its items stay as they are and belong to no feed any more. False when there was none. */
  remove(shopId: ShopId, feedId: string): Promise<boolean>;
  /** Starts a run and ends the one before, whatever became of it. With `quietMs`, only if that has not been heard of for so long. */
  begin(run: FeedRunKey, at: EpochMs, quietMs: number | null): Promise<boolean>;
  /** Lays rows aside; the catalogue stays as it is. Answers in their order. Throws ProblemError FEED_OVERTAKEN. */
  stage(run: FeedRunKey, rows: readonly StagedRow[], at: EpochMs): Promise<readonly StagedFate[]>;
  /** How many items belong to the feed, and how many of them this run has not met. */
  weigh(run: FeedRunKey): Promise<{ readonly owned: number; readonly missing: number }>;
  /**
   * Makes the catalogue what was laid aside, and with `complete` takes what the run has not met off sale: all in one
   * transaction, with at most one new revision. Throws ProblemError FEED_OVERTAKEN.
   */
  apply(run: FeedRunKey, complete: boolean, at: EpochMs, end: (removed: number) => RunEnd): Promise<{ readonly removed: number }>;
  /** Ends a run that changes nothing. What the server said of the last version stays when `end` says nothing of it. */
  abandon(run: FeedRunKey, end: RunEnd | null): Promise<void>;
};
