import type { ForgetStore } from "#storage/ports/forget-store.ts";
import type { RecordConsents } from "../record-consents.ts";
import { saidNames } from "./guard-gate.ts";

/**
 * Whoever was forgotten and says yes again themselves begins anew: their name may be stored again. What the shop says of them, and
 * what is read from a signal, does not begin anything; nor does a no, which nothing needs to be stored for.
 */
export function lettingBeginAnew(record: RecordConsents, forgetting: Pick<ForgetStore, "lift">): RecordConsents {
  return async (shopId, changes) => {
    const anew = changes.filter(({ source, purposes, signal }) => source === "person" && signal == null && [...purposes.values()].includes(true));
    if (anew.length > 0)
      await forgetting.lift(
        shopId,
        anew.flatMap(({ names }) => saidNames(names)),
      );
    return record(shopId, changes);
  };
}
