import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Clock, FreshId } from "#domain/clock.ts";
import { createIngest, type Ingest } from "#ingestion/ingest.ts";
import { createReportEarned, type ReportEarned } from "#insight/report-earned.ts";
import { createLearner, type Learner } from "#learning/learn.ts";
import { createGate, type Gate } from "#privacy/gate.ts";
import { createPersonIds, type PersonIds } from "#privacy/person-ids.ts";
import { createRecordConsents, type RecordConsents } from "#privacy/record-consents.ts";
import { createRecommend, type Recommend } from "#serving/recommend.ts";
import { createShopSnapshots, type ShopSnapshots } from "#serving/shop-snapshot.ts";
import type { Store } from "#storage/ports.ts";
import { openPostgres } from "#storage/postgres/open-postgres.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";

/** Everything the house can do, put together. A room that needs another's service gets it from here. */
export type House = {
  readonly store: Store;
  readonly gate: Gate;
  readonly personIds: PersonIds;
  readonly recordConsents: RecordConsents;
  readonly ingest: Ingest;
  readonly recommend: Recommend;
  readonly snapshots: ShopSnapshots;
  readonly learner: Learner;
  readonly reportEarned: ReportEarned;
  readonly clock: Clock;
  readonly freshId: FreshId;
};

export type HouseOptions = {
  /** Folder of the embedded store. */
  readonly dataFolder: string;
  /** Address of a PostgreSQL database, instead of the embedded store. */
  readonly databaseUrl: string | undefined;
};

/** The only place that names a database, the clock and chance. */
export async function composeHouse(options: HouseOptions): Promise<House> {
  const store =
    options.databaseUrl === undefined ? await openSqlite(join(options.dataFolder, "rapport.sqlite")) : await openPostgres(options.databaseUrl);
  return furnish(store, () => Date.now(), randomUUID);
}

/** The house over a given store, clock and chance. */
export function furnish(store: Store, clock: Clock, freshId: FreshId): House {
  const personIds = createPersonIds(store.shops);
  const gate = createGate({ consents: store.consents, identities: store.identities, personIds });
  const snapshots = createShopSnapshots({ catalogue: store.catalogue, models: store.models, clock });
  return {
    store,
    gate,
    personIds,
    recordConsents: createRecordConsents({ store, personIds, clock, freshId }),
    ingest: createIngest({ store, personIds, clock, freshId }),
    recommend: createRecommend({ store, gate, snapshots, clock, freshId }),
    snapshots,
    learner: createLearner({ store, gate, clock, seconds: () => performance.now() / 1000 }),
    reportEarned: createReportEarned({ store, gate, clock }),
    clock,
    freshId,
  };
}
