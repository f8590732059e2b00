import type { EventLog, IdentityLimit } from "#storage/ports.ts";

/** The log, and how many links it has refused since the start, by reason: a shop should hear of it. */
export function countIdentityLimits<Log extends EventLog>(log: Log): { readonly log: Log; readonly counts: Readonly<Record<IdentityLimit, number>> } {
  const counts: Record<IdentityLimit, number> = { names: 0, device: 0 };
  return {
    counts,
    log: {
      ...log,
      async append(shopId, entries, options) {
        const outcomes = await log.append(shopId, entries, options);
        for (const outcome of outcomes) if (outcome.kind === "appended" && outcome.limit !== undefined) counts[outcome.limit]++;
        return outcomes;
      },
    },
  };
}
