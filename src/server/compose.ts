import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import { createDeliverMessages, type DeliverDeps, type DeliverMessages } from "#delivery/deliver-messages.ts";
import { createGatherNews, type GatherNews } from "#delivery/gather-news.ts";
import { createManageWebhooks, type ManageWebhooks } from "#delivery/manage-webhooks.ts";
import { recordSources } from "#delivery/news-of-records.ts";
import type { Clock, FreshId } from "#domain/clock.ts";
import { ProblemError } from "#domain/problem.ts";
import { parseRetention, type Retention } from "#domain/retention.ts";
import { createIngest, type Ingest } from "#ingestion/ingest.ts";
import { createShopIntake, type ShopIntake } from "#ingestion/shops/take-content.ts";
import { createReportEarned, type ReportEarned } from "#insight/report-earned.ts";
import { createLearner, type Learner } from "#learning/learn.ts";
import { countIdentityLimits } from "#privacy/count-identity-limits.ts";
import { createExpireEvents, type ExpireEvents } from "#privacy/expire-events.ts";
import { createGate, type Gate } from "#privacy/gate.ts";
import { createManageIdentities, type ManageIdentities } from "#privacy/manage-identities.ts";
import { createPersonIds, type PersonIds } from "#privacy/person-ids.ts";
import { createRecordConsents, type RecordConsents } from "#privacy/record-consents.ts";
import { createRecommend, type Recommend } from "#serving/recommend.ts";
import { createShopSnapshots, type ShopSnapshots } from "#serving/shop-snapshot.ts";
import { type BackupLine, readBackup } from "#storage/backup-format.ts";
import type { BackupManifest, BackupOptions, CheckedBackup, RestoreTarget, StoreCare } from "#storage/ports/store-care.ts";
import type { IdentityLimit, Store } from "#storage/ports.ts";
import { careForPostgres, restoreIntoPostgres } from "#storage/postgres/care-postgres.ts";
import { openPostgres } from "#storage/postgres/open-postgres.ts";
import { schemaSteps } from "#storage/sql/migrations.ts";
import { careForSqlite, restoreIntoSqlite } from "#storage/sqlite/care-sqlite.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { type CopiedStore, copyStore } from "#storage/transfer/copy-store.ts";
import { discardPostgres, discardSqlite } from "#storage/transfer/discard-store.ts";
import { createGuardedFetch, type GuardedFetch, type OutboundLimits } from "./outbound/guarded-fetch.ts";
import { allowNothing, type OutboundAllow, parseOutboundAllow } from "./outbound/outbound-allow.ts";
import { createWebhookTransport } from "./outbound/webhook-transport.ts";

/** Everything the house can do, put together. A room that needs another's service gets it from here. */
export type House = {
  readonly store: Store;
  readonly gate: Gate;
  readonly personIds: PersonIds;
  readonly recordConsents: RecordConsents;
  readonly identities: ManageIdentities;
  /** Links that were refused since the start, by reason. */
  identityLimits(): Readonly<Record<IdentityLimit, number>>;
  readonly ingest: Ingest;
  /** Takes in what shop platforms tell of orders, products and people's requests. */
  readonly shopIntake: ShopIntake;
  readonly recommend: Recommend;
  readonly snapshots: ShopSnapshots;
  readonly learner: Learner;
  readonly reportEarned: ReportEarned;
  readonly expireEvents: ExpireEvents;
  /** Calls URLs that somebody else has chosen; never into the network that the server stands in. */
  outbound(limits: OutboundLimits): GuardedFetch;
  readonly webhooks: ManageWebhooks;
  readonly gatherNews: GatherNews;
  deliverMessages(events: Pick<DeliverDeps, "onAttempt" | "onFailure">): DeliverMessages;
  readonly clock: Clock;
  readonly freshId: FreshId;
};

export type HouseOptions = {
  /** Folder of the embedded store. */
  readonly dataFolder: string;
  /** Address of a PostgreSQL database, instead of the embedded store. */
  readonly databaseUrl: string | undefined;
  /** Hosts and ranges outside the public internet that may be called: `host:port,10.0.0.0/8`. */
  readonly outboundAllow?: string | undefined;
};

/** The only place that names a database, the clock and chance. */
export async function composeHouse(options: HouseOptions): Promise<House> {
  const allow = parseOutboundAllow(options.outboundAllow);
  const store =
    options.databaseUrl === undefined ? await openSqlite(join(options.dataFolder, "rapport.sqlite")) : await openPostgres(options.databaseUrl);
  return furnish(store, () => Date.now(), randomUUID, allow);
}

/** The store alone, looked at from outside: for backups and check-ups. */
export function careForStore({ dataFolder, databaseUrl }: HouseOptions): StoreCare {
  return databaseUrl === undefined ? careForSqlite(join(dataFolder, "rapport.sqlite")) : careForPostgres(databaseUrl);
}

/** Where a backup is restored to. */
export function restoreTarget({ dataFolder, databaseUrl }: HouseOptions): RestoreTarget {
  return databaseUrl === undefined ? restoreIntoSqlite(join(dataFolder, "rapport.sqlite")) : restoreIntoPostgres(databaseUrl);
}

/** How long what is kept: the defaults, and what RAPPORT_RETENTION says otherwise. Throws ProblemError OPTION_INVALID. */
export function retentionInForce(): Retention {
  const retention = parseRetention(process.env.RAPPORT_RETENTION);
  if (retention !== null) return retention;
  const detail =
    "RAPPORT_RETENTION: write class=days or class=forever, such as browsing=90,orders=forever; classes are browsing, shown, orders, decisions";
  throw new ProblemError({ code: "OPTION_INVALID", detail });
}

/** The last step of the schema that this version knows. */
export const newestStep = schemaSteps.at(-1)!;
export type { CopiedStore };

/** All of one store into another that is empty. */
export async function copyBetweenStores(
  from: HouseOptions,
  to: HouseOptions,
  options: BackupOptions,
  onStep: (words: string) => void,
): Promise<CopiedStore> {
  const care = careForStore(from);
  const discard = async () => (to.databaseUrl === undefined ? discardSqlite(join(to.dataFolder, "rapport.sqlite")) : discardPostgres(to.databaseUrl));
  try {
    return await copyStore(care, restoreTarget(to), options, { look: () => careForStore(to), discard }, onStep);
  } finally {
    await care.close();
  }
}

/** Reads a backup to its end. Throws ProblemError BACKUP_DAMAGED or STORE_NEWER. */
export async function checkBackup(backup: AsyncIterable<Uint8Array>): Promise<CheckedBackup> {
  const lines = readBackup(backup);
  for (;;) {
    const line = await lines.next();
    if (line.done === true) return line.value;
  }
}

/** What a backup says of itself; whether it is whole nobody knows yet. */
export async function peekBackup(backup: AsyncIterable<Uint8Array>): Promise<BackupManifest> {
  for await (const line of readBackup(backup)) return (line as BackupLine & { kind: "manifest" }).manifest;
  throw new ProblemError({ code: "BACKUP_DAMAGED", detail: "it is empty" });
}

/** The house over a given store, clock and chance. */
export function furnish(
  given: Store,
  clock: Clock,
  freshId: FreshId,
  allow: OutboundAllow = allowNothing,
  retention: Retention = retentionInForce(),
): House {
  const limited = countIdentityLimits(given.log);
  const store: Store = { ...given, log: limited.log };
  const personIds = createPersonIds(store.shops);
  const gate = createGate({ consents: store.consents, identities: store.identities, personIds });
  const transport = createWebhookTransport({ allow });
  const snapshots = createShopSnapshots({ catalogue: store.catalogue, models: store.models, clock });
  const recordConsents = createRecordConsents({ store, personIds, clock, freshId });
  const ingest = createIngest({ store, personIds, clock, freshId });
  return {
    store,
    gate,
    personIds,
    recordConsents,
    identities: createManageIdentities({ store, personIds, clock, freshId }),
    identityLimits: () => limited.counts,
    ingest,
    shopIntake: createShopIntake({ store, personIds, recordConsents, ingest, clock }),
    recommend: createRecommend({ store, gate, snapshots, clock, freshId }),
    snapshots,
    learner: createLearner({ store, gate, clock, seconds: () => performance.now() / 1000 }),
    reportEarned: createReportEarned({ store, gate, clock }),
    expireEvents: createExpireEvents({ store, retention, clock }),
    outbound: (limits) => createGuardedFetch({ allow, ...limits }),
    webhooks: createManageWebhooks({ store, ...transport, randomBytes, clock, freshId }),
    gatherNews: createGatherNews({ webhooks: store.webhooks, sources: recordSources(store), clock }),
    deliverMessages: (events) =>
      createDeliverMessages({ webhooks: store.webhooks, post: transport.post, clock, freshId, random: Math.random, ...events }),
    clock,
    freshId,
  };
}
