import type { FetchFeed } from "#ingestion/feeds/open-location.ts";
import { feedLimits } from "#server/jobs/feed-limits.ts";
import { createGuardedFetch } from "#server/outbound/guarded-fetch.ts";

/** What the operator types may lead anywhere, into their own network too. */
export const fetchAnywhere: FetchFeed = createGuardedFetch({ ...feedLimits, allow: { name: () => true, address: () => true } });
