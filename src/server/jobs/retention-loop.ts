import { dayMs } from "#domain/clock.ts";
import type { House } from "../compose.ts";
import { type Repeated, repeatUntilStopped } from "./repeat-until-stopped.ts";

/** After the start others come first. */
const firstAfterMs = 5 * 60_000;
/** Between two pieces of the work: requests get their turn. */
const restMs = 2_000;
/** Learning has to come by first. */
const waitMs = 60_000;
const failedMs = 10 * 60_000;

/** Once a day ends what is past its time, in all shops, a bounded piece at a time. */
export function startRetentionLoop(
  house: Pick<House, "store" | "expireEvents">,
  /** Has learning save what it knows, which it does seldom by itself: nothing is deleted before. */
  settle: () => void,
  onFailure: (name: string) => void,
): Repeated {
  return repeatUntilStopped({
    firstAfterMs,
    failedMs,
    onFailure,
    async turn(isStopping) {
      let rest = dayMs;
      for (const { shopId } of await house.store.shops.list()) {
        if (isStopping()) break;
        const { more, pending } = await house.expireEvents.round(shopId);
        if (pending > 0) {
          settle();
          rest = Math.min(rest, waitMs);
        } else if (more) rest = Math.min(rest, restMs);
      }
      return rest;
    },
  });
}
