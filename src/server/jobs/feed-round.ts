import type { EpochMs } from "#domain/clock.ts";
import type { Feed } from "#domain/feed.ts";
import { importFeed } from "#ingestion/feeds/import-feed.ts";
import type { FetchFeed } from "#ingestion/feeds/open-location.ts";
import type { House } from "../compose.ts";

/** A feed that could not be fetched is tried again after so long, if it is not due before. */
const retryMs = 10 * 60_000;

export function isDue({ everyMs, lastRun, staleAt }: Pick<Feed, "everyMs" | "lastRun" | "staleAt">, now: EpochMs): boolean {
  if (everyMs === null) return false;
  // A run that began later than now was before the clock was set back: how long ago nobody knows.
  if (lastRun === null || lastRun.startedAt > now) return true;
  // A sale begins or ends, as the feed has said long before.
  if (staleAt !== null && staleAt <= now && lastRun.startedAt < staleAt) return true;
  const isUnreachable = lastRun.problem !== null && ["FEED_UNREACHABLE", "OUTBOUND_FAILED"].includes(lastRun.problem.code);
  return lastRun.startedAt + (isUnreachable ? Math.min(everyMs, retryMs) : everyMs) <= now;
}

/** Fetches every shop's feeds that are due, one after the other. `quietMs`: see `ImportFeedOptions`. */
export async function runDueFeeds(
  { store, clock, freshId }: Pick<House, "store" | "clock" | "freshId">,
  fetchFeed: FetchFeed,
  quietMs: number | null,
): Promise<void> {
  const due = (await store.feeds.list(null)).filter((feed) => isDue(feed, clock()));
  const currencies = new Map((await store.shops.list()).map(({ shopId, currency }) => [shopId, currency]));
  for (const feed of due) {
    const currency = currencies.get(feed.shopId);
    if (currency === undefined) continue;
    await importFeed(
      { feed, currency, format: null, charset: null, onlyNews: true, allowShrink: false, dryRun: false, quietMs },
      { feeds: store.feeds, clock, freshId, fetchFeed },
    );
  }
}
