import type { House } from "../compose.ts";
import { type Repeated, repeatUntilStopped } from "./repeat-until-stopped.ts";

const everyMs = 60_000;

/**
 * Writes down in the log which consents have run out, and goes on with ending what a new notice does not cover. The gate does
 * not wait for it; learning hears of it by the log.
 */
export function startConsentLoop(
  house: Pick<House, "store" | "endConsents" | "notices">,
  onEnded: () => void,
  onFailure: (name: string) => void,
): Repeated {
  return repeatUntilStopped({
    firstAfterMs: 0,
    failedMs: everyMs,
    onFailure,
    async turn(isStopping) {
      let ended = 0;
      for (const { shopId } of await house.store.shops.list()) {
        if (isStopping()) break;
        ended += await house.endConsents.expired(shopId);
        ended += await house.notices.finish(shopId);
      }
      if (ended > 0) onEnded();
      return everyMs;
    },
  });
}
