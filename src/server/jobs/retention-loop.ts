import { dayMs } from "#domain/clock.ts";
import type { House } from "../compose.ts";
import { doubtClock } from "./doubt-clock.ts";
import { type Repeated, repeatUntilStopped } from "./repeat-until-stopped.ts";

/** After the start others come first. */
const firstAfterMs = 5 * 60_000;
/** Between two pieces of the work: requests get their turn. */
const restMs = 2_000;
/** Learning has to come by first. */
const waitMs = 60_000;
const failedMs = 10 * 60_000;
const hourMs = 60 * 60_000;

/** When the newest that any shop holds came in; null: there is nothing. */
async function newestIn({ shops, log }: House["store"]): Promise<number | null> {
  const newest = await Promise.all((await shops.list()).map(async ({ shopId }) => (await log.recent(shopId, 1))[0]?.receivedAt ?? 0));
  const latest = Math.max(0, ...newest);
  return latest === 0 ? null : latest;
}

/**
 * Once a day ends what is past its time, in all shops, a bounded piece at a time. Nothing on the word of a clock that leapt ahead:
 * what it deleted would not come back when somebody set it right.
 */
export function startRetentionLoop(
  house: Pick<House, "store" | "expireEvents" | "clock">,
  /** Has learning save what it knows, which it does seldom by itself: nothing is deleted before. */
  settle: () => void,
  onFailure: (name: string) => void,
): Repeated {
  let isDoubted: ReturnType<typeof doubtClock> | null = null;
  const doubting = async () => {
    isDoubted ??= doubtClock(house.clock, () => performance.now(), await newestIn(house.store));
    return isDoubted;
  };
  // At the start, before anything comes in under a wrong time. A store that is away just now is asked again below.
  doubting().catch(() => {});
  return repeatUntilStopped({
    firstAfterMs,
    failedMs,
    onFailure,
    async turn(isStopping) {
      if ((await doubting())()) {
        onFailure("the clock is far ahead of everything that came in; waiting a day");
        return hourMs;
      }
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
