import type { Kysely } from "kysely";
import { ProblemError } from "#domain/problem.ts";
import { createGroupCommit } from "../group-commit.ts";
import type { Leadership } from "../ports/leadership.ts";
import type { Store } from "../ports.ts";
import { alwaysLeads } from "./always-leads.ts";
import { appendJobs } from "./append-jobs.ts";
import { createCatalogueStore } from "./catalogue.ts";
import { createConnectionStore } from "./connections.ts";
import { createConsentStore } from "./consents.ts";
import { createConsumerStore } from "./consumers.ts";
import { createDeadLetterStore } from "./dead-letters.ts";
import { type Dialect, ping } from "./dialect.ts";
import { createLogReader } from "./event-log.ts";
import { createFeedStore } from "./feeds.ts";
import { createGorseStore } from "./gorse.ts";
import { createIdentityStore } from "./identities.ts";
import { createLeaderNotes } from "./leader-notes.ts";
import { migrate } from "./migrations.ts";
import { createModelStore } from "./models.ts";
import { createRetentionStore } from "./retention.ts";
import { createRightsRequestStore } from "./rights-requests.ts";
import type { Tables } from "./schema.ts";
import { createShopStore } from "./shops.ts";
import { createSizeStore } from "./sizes.ts";
import { createTransferStore } from "./transfer.ts";
import { createWebhookStore } from "./webhooks.ts";

/** Brings the schema up to date and puts the store together over any database Kysely speaks to. */
export async function openStore(db: Kysely<Tables>, dialect: Dialect, leadership: Pick<Leadership, "campaign"> = alwaysLeads): Promise<Store> {
  try {
    await migrate(db, dialect);
  } catch (error) {
    await db.destroy();
    throw dialect.translateError(error);
  }
  const commits = createGroupCommit(async (jobs) => {
    try {
      return await db.transaction().execute(async (transaction) => {
        return await appendJobs(transaction, dialect, jobs);
      });
    } catch (error) {
      throw dialect.translateError(error);
    }
  });
  return {
    kind: dialect.kind,
    log: { ...createLogReader(db), append: commits.append },
    consents: createConsentStore(db),
    identities: createIdentityStore(db),
    catalogue: createCatalogueStore(db, dialect),
    models: createModelStore(db, dialect),
    consumers: createConsumerStore(db, dialect),
    deadLetters: createDeadLetterStore(db, dialect),
    leadership: { ...leadership, ...createLeaderNotes(db, dialect) },
    shops: createShopStore(db, dialect),
    connections: createConnectionStore(db, dialect),
    feeds: createFeedStore(db, dialect),
    gorse: createGorseStore(db, dialect),
    rightsRequests: createRightsRequestStore(db, dialect),
    webhooks: createWebhookStore(db, dialect),
    transfer: createTransferStore(db, dialect),
    retention: createRetentionStore(db, dialect),
    sizes: createSizeStore(db, dialect),
    async check() {
      try {
        await ping(db);
      } catch (error) {
        throw new ProblemError({ code: "STORE_UNAVAILABLE", detail: "the store does not answer" }, { cause: error });
      }
    },
    async close() {
      await commits.settled();
      await db.destroy();
    },
  };
}
