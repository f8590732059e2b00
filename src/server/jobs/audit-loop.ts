import type { House } from "../compose.ts";
import { type Repeated, repeatUntilStopped } from "./repeat-until-stopped.ts";

const everyMs = 60_000;

/** Anchors every shop's audit log when it is time: the head, signed, in a file outside the database. */
export function startAuditLoop(house: Pick<House, "store" | "audit">, onFailure: (name: string) => void): Repeated {
  return repeatUntilStopped({
    firstAfterMs: everyMs,
    failedMs: everyMs,
    onFailure,
    async turn(isStopping) {
      for (const shop of await house.store.shops.list()) if (!isStopping()) await house.audit.anchorWhenDue(shop);
      return everyMs;
    },
  });
}
