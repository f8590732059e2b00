import { workerData } from "node:worker_threads";
import { composeHouse, type HouseOptions } from "../compose.ts";
import { feedLimits } from "./feed-limits.ts";
import { runDueFeeds } from "./feed-round.ts";

export type FeedWork = { readonly house: HouseOptions; readonly quietMs: number | null };

const { house: options, quietMs } = workerData as FeedWork;
const house = await composeHouse(options);
try {
  await runDueFeeds(house, house.outbound(feedLimits), quietMs);
} finally {
  await house.store.close();
}
