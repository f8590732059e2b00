import type { EpochMs } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import type { NewMessage } from "#storage/ports/webhook-store.ts";
import type { Store } from "#storage/ports.ts";
import { composeMessage } from "./compose-message.ts";
import type { WebhookType } from "./webhook-types.ts";

/** A message and when what it tells of happened. */
export type DatedMessage = { readonly at: EpochMs; readonly message: NewMessage };

export type RecordSource = {
  readonly types: readonly WebhookType[];
  /** How often it is looked at; what happens in between is told as it stands then. */
  readonly everyMs: number;
  read(shopId: ShopId): Promise<readonly DatedMessage[]>;
};

const iso = (at: EpochMs) => new Date(at).toISOString();

/** What is not in the log but kept elsewhere: what the records say is told, so a crash loses none of it. */
export function recordSources(store: Pick<Store, "models" | "feeds" | "rightsRequests">): readonly RecordSource[] {
  return [
    {
      types: ["model.published"],
      everyMs: 60_000,
      async read(shopId) {
        const cards = await store.models.cards(shopId);
        if (cards.length === 0) return [];
        const at = Math.max(...cards.map(({ builtAt }) => builtAt));
        const models = cards.map(({ name, version, builtAt }) => ({ name, version, builtAt: iso(builtAt) }));
        return [{ at, message: composeMessage(shopId, "model.published", JSON.stringify(models), at, { models }, null) }];
      },
    },
    {
      types: ["feed.imported", "feed.failed"],
      everyMs: 5_000,
      async read(shopId) {
        return (await store.feeds.list(shopId)).flatMap(({ feedId, name, lastRun: run }) => {
          if (run === null || run.outcome === "unmodified") return [];
          const { rows, added, changed, unchanged, removed, finishedAt: at } = run;
          const leftOut = run.refused.reduce((sum, finding) => sum + finding.rows, 0);
          const failed = run.outcome === "refused";
          const type = failed ? "feed.failed" : "feed.imported";
          const data = failed ? { feed: name, error: run.problem?.code ?? null } : { feed: name, rows, added, changed, unchanged, removed, leftOut };
          return [{ at, message: composeMessage(shopId, type, JSON.stringify([feedId, run.startedAt, at]), at, data, null) }];
        });
      },
    },
    {
      types: ["rights.requested"],
      everyMs: 5_000,
      async read(shopId) {
        return (await store.rightsRequests.list(shopId)).map(({ requestId, kind, platform, at, dueAt }) => {
          // Who asked stays in the house; the operator looks it up under this id.
          const data = { requestId, kind, platform, dueAt: iso(dueAt) };
          return { at, message: composeMessage(shopId, "rights.requested", requestId, at, data, null) };
        });
      },
    },
  ];
}
