import type { OutboundLimits } from "../outbound/guarded-fetch.ts";

/** For fetching a product feed: a million products take a gigabyte or two, and slow servers an hour. */
export const feedLimits: OutboundLimits = { maxBytes: 8 * 2 ** 30, timeoutMs: 3_600_000, maxRedirects: 5 };
