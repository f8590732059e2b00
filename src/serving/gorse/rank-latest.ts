import type { EpochMs } from "#domain/clock.ts";
import { topK } from "#kernels/top-k.ts";
import type { ShopSnapshot } from "../shop-snapshot.ts";
import { candidatesOf } from "./candidates-of.ts";
import type { ScoredItem, Wanted } from "./scored-item.ts";

/** Year 1: where Gorse puts an item of which nobody says when it came out. */
const noReleaseSeconds = -62_135_596_800;

const secondsOf = (releasedAt: EpochMs | null) => (releasedAt === null ? noReleaseSeconds : Math.floor(releasedAt / 1000));

/** The newest first; the score is the second of the release. Of one moment, in order of id. */
export function rankLatest(snapshot: ShopSnapshot, wanted: Wanted): ScoredItem[] {
  const seconds = Float64Array.from(snapshot.items, ({ releasedAt }) => secondsOf(releasedAt));
  const best = topK(seconds, wanted.offset + wanted.n, { allowed: candidatesOf(snapshot, wanted) });
  return [...best.subarray(wanted.offset)].map((position) => ({ itemId: snapshot.items[position]!.itemId, score: seconds[position]! }));
}
