import type { Kysely, Transaction } from "kysely";
import { ProblemError } from "#domain/problem.ts";
import { createGroupCommit } from "../group-commit.ts";
import type { OpenVault } from "../ports/field-cipher.ts";
import type { Leadership } from "../ports/leadership.ts";
import type { Store } from "../ports.ts";
import { alwaysLeads } from "./always-leads.ts";
import { appendJobs } from "./append-jobs.ts";
import { createAuditStore } from "./audit.ts";
import { createBreachStore } from "./breaches.ts";
import { createCatalogueStore } from "./catalogue.ts";
import { createConnectionStore } from "./connections.ts";
import { createConsentRecordStore } from "./consent-records.ts";
import { createConsentStore } from "./consents.ts";
import { createConsumerStore } from "./consumers.ts";
import { createDeadLetterStore } from "./dead-letters.ts";
import { type Dialect, ping } from "./dialect.ts";
import { createLogReader } from "./event-log.ts";
import { createFeedStore } from "./feeds.ts";
import { createForgetStore } from "./forget.ts";
import { createGorseStore } from "./gorse.ts";
import { createIdentityStore } from "./identities.ts";
import { createLeaderNotes } from "./leader-notes.ts";
import { migrate } from "./migrations.ts";
import { createModelStore } from "./models.ts";
import { createPreferenceStore } from "./preferences.ts";
import { createPrivacyLinkStore } from "./privacy-links.ts";
import { copyWhatWasSaid, readWhatWasSaid } from "./read-what-was-said.ts";
import { registeredTables } from "./registry.ts";
import { createRetentionStore } from "./retention.ts";
import { createRightsRequestStore } from "./rights-requests.ts";
import type { Tables } from "./schema.ts";
import { createShopStore } from "./shops.ts";
import { createSizeStore } from "./sizes.ts";
import { createSubjectStore } from "./subjects.ts";
import { createTransferStore } from "./transfer.ts";
import { unlockStore } from "./unlock-store.ts";
import { createVaultStore } from "./vault.ts";
import { createWebhookStore } from "./webhooks.ts";

/**
 * Brings the schema up to date and puts the store together over any database Kysely speaks to. Without `openVault` names and
 * secrets stay in the clear: that is for tests.
 */
export async function openStore(
  db: Kysely<Tables>,
  bare: Dialect,
  leadership: Pick<Leadership, "campaign"> = alwaysLeads,
  openVault?: OpenVault,
): Promise<Store> {
  let dialect = bare;
  try {
    await migrate(db, dialect);
    if (openVault !== undefined) dialect = await unlockStore(db, dialect, openVault);
  } catch (error) {
    await db.destroy();
    throw dialect.translateError(error);
  }
  const commits = createGroupCommit(async (jobs) => {
    try {
      const write = (transaction: Transaction<Tables>) => appendJobs(transaction, dialect, jobs);
      const waitsForDisk = jobs.some(({ lazily }) => lazily !== true);
      return await (waitsForDisk ? db.transaction().execute(write) : dialect.withoutFlush(db, write));
    } catch (error) {
      throw dialect.translateError(error);
    }
  });
  return {
    kind: dialect.kind,
    audit: createAuditStore(db, dialect),
    breaches: createBreachStore(db, dialect),
    registry: registeredTables,
    log: { ...readWhatWasSaid(createLogReader(db, dialect), commits.caughtUp), append: commits.append },
    consents: createConsentStore(db),
    consentRecords: createConsentRecordStore(db, dialect),
    identities: createIdentityStore(db, dialect),
    catalogue: createCatalogueStore(db, dialect),
    models: createModelStore(db, dialect),
    consumers: createConsumerStore(db, dialect),
    deadLetters: createDeadLetterStore(db, dialect),
    leadership: { ...leadership, ...createLeaderNotes(db, dialect) },
    shops: createShopStore(db, dialect),
    connections: createConnectionStore(db, dialect),
    feeds: createFeedStore(db, dialect),
    forgetting: createForgetStore(db, dialect),
    gorse: createGorseStore(db, dialect),
    preferences: createPreferenceStore(db, dialect),
    privacyLinks: createPrivacyLinkStore(db, dialect),
    rightsRequests: createRightsRequestStore(db, dialect),
    webhooks: createWebhookStore(db, dialect),
    transfer: copyWhatWasSaid(createTransferStore(db, dialect), commits.caughtUp),
    retention: createRetentionStore(db, dialect),
    sizes: createSizeStore(db, dialect),
    subjects: createSubjectStore(db, dialect),
    vault: createVaultStore(db, dialect),
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
