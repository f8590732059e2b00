import type { EpochMs } from "./clock.ts";
import type { ItemId, ShopId } from "./ids.ts";
import type { Problem } from "./problem.ts";

/** Where items come from again and again: a product feed that is fetched, or a file that is imported by hand. */
export type Feed = {
  readonly feedId: string;
  readonly shopId: ShopId;
  /** What the operator calls it; one of each name a shop. */
  readonly name: string;
  /** Address or file it was last read from. May hold a password: show it by `shownLocation`. */
  readonly location: string;
  /** How often it is fetched; null: by hand only. */
  readonly everyMs: number | null;
  /** True: it is the whole of what it describes, so what is missing in it is no longer sold. */
  readonly complete: boolean;
  readonly createdAt: EpochMs;
  /** What the server said of the version last applied, so that it need not be sent again. */
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** From then on the same feed means something else: a sale begins or ends. */
  readonly staleAt: EpochMs | null;
  readonly lastRun: FeedRun | null;
};

/** How many rows met the same fate, and the first of them. A feed is about products: values may be shown. */
export type FeedFinding = {
  readonly reason: string;
  readonly rows: number;
  readonly examples: readonly { readonly row: number; readonly field: string; readonly value: string; readonly itemId: ItemId | null }[];
};

/** What became of one run. */
export type FeedRun = {
  readonly startedAt: EpochMs;
  readonly finishedAt: EpochMs;
  /** "applied": the catalogue is as the feed says. "unmodified": the server said that nothing is new. "refused": nothing was changed. */
  readonly outcome: "applied" | "unmodified" | "refused";
  readonly problem: Problem | null;
  readonly format: string | null;
  readonly rows: number;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly removed: number;
  /** Rows that were left out; what was known of their items stays. */
  readonly refused: readonly FeedFinding[];
  /** Rows that were taken, though something about them was not. */
  readonly noted: readonly FeedFinding[];
};

/** Where a feed comes from, as it may be shown: without the password in it. */
export function shownLocation(location: string): string {
  return location.replace(/^(https?:\/\/)[^/?#]*@/i, "$1***@");
}
