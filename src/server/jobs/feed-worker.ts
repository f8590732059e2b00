import { workerData } from "node:worker_threads";
// First, and what reads large packages only when it has been: in a thread, too, they are read in one piece.
import "../../../bin/quick-packages.mjs";
import type { HouseOptions } from "../compose.ts";
import { feedLimits } from "./feed-limits.ts";

export type FeedWork = { readonly house: HouseOptions; readonly quietMs: number | null };

const { house: options, quietMs } = workerData as FeedWork;
const [{ composeHouse }, { runDueFeeds }] = await Promise.all([import("../compose.ts"), import("./feed-round.ts")]);
const house = await composeHouse(options);
try {
  await runDueFeeds(house, house.outbound(feedLimits), quietMs);
} finally {
  await house.store.close();
}
