import type { EpochMs } from "#domain/clock.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import type { Part } from "./protocol.ts";

/** The share of the moments that lies before the cut. The part between the two is what validation asks for. */
const shareBefore = { test: 0.8, validation: 0.6 } as const satisfies Record<Part, number>;

/** Where to cut through all of these moments, and where what is asked for ends. */
export function cutTime(moments: Iterable<EpochMs>, part: Part): Result<{ readonly cutAt: EpochMs; readonly end: EpochMs }> {
  const times = Float64Array.from(moments).sort();
  const timeAt = (share: number) => times[Math.floor(share * times.length)] ?? Number.NaN;
  const cutAt = timeAt(shareBefore[part]);
  const end = part === "test" ? Number.POSITIVE_INFINITY : timeAt(shareBefore.test);
  if (times.length === 0 || !(times[0]! < cutAt) || !(cutAt < end)) {
    return refuse("NOT_ENOUGH_DATA", "too many events bear the same time to cut before and after; use --protocol leave-one-out");
  }
  return succeed({ cutAt, end });
}
