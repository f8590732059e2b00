import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import { createDeliverMessages, type DeliverDeps, type DeliverMessages } from "#delivery/deliver-messages.ts";
import { createGatherNews, type GatherNews } from "#delivery/gather-news.ts";
import { createManageWebhooks, type ManageWebhooks } from "#delivery/manage-webhooks.ts";
import { recordSources } from "#delivery/news-of-records.ts";
import type { Clock, FreshId } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import type { Retention } from "#domain/retention.ts";
import type { Shop } from "#domain/shop.ts";
import { createIngest, type Ingest } from "#ingestion/ingest.ts";
import { createShopIntake, type ShopIntake } from "#ingestion/shops/take-content.ts";
import { createReportEarned, type ReportEarned } from "#insight/report-earned.ts";
import { createLearner, type Learner } from "#learning/learn.ts";
import { type AnchorFile, anchorsName, memoryAnchors, openAnchorFile } from "#privacy/audit/anchor.ts";
import { type Audit, createAudit } from "#privacy/audit/audit.ts";
import { type Breaches, createBreaches } from "#privacy/breach/breach.ts";
import { type AgeSignals, createAgeSignals } from "#privacy/consent/age-signal.ts";
import { type ConsentRecords, createConsentRecords } from "#privacy/consent/consent-records.ts";
import type { EndConsents } from "#privacy/consent/end-consents.ts";
import { keepConsents } from "#privacy/consent/keep-consents.ts";
import { createMayContact, type MayContact } from "#privacy/consent/may-contact.ts";
import type { Notices } from "#privacy/consent/notices.ts";
import { createStillGranted } from "#privacy/consent/still-granted.ts";
import { createUnsubscribe, type Unsubscribe } from "#privacy/consent/unsubscribe.ts";
import { countIdentityLimits } from "#privacy/count-identity-limits.ts";
import { createExpireEvents, type ExpireEvents } from "#privacy/expire-events.ts";
import { lettingBeginAnew } from "#privacy/forget/begin-anew.ts";
import type { Forget } from "#privacy/forget/forget.ts";
import { guardGate } from "#privacy/forget/guard-gate.ts";
import { guardGorse } from "#privacy/forget/guard-gorse.ts";
import { createGate, type Gate } from "#privacy/gate.ts";
import { createPrivacyLinks, type PrivacyLinks } from "#privacy/links/privacy-links.ts";
import { createManageIdentities, type ManageIdentities } from "#privacy/manage-identities.ts";
import { createPersonIds, type PersonIds } from "#privacy/person-ids.ts";
import type { ShopPolicies } from "#privacy/policy/shop-policies.ts";
import { createCountMessages, createReadMessages } from "#privacy/preferences/count-messages.ts";
import { createManagePreferences, type ManagePreferences } from "#privacy/preferences/manage-preferences.ts";
import { createRecordConsents, type RecordConsents } from "#privacy/record-consents.ts";
import { createGatherFacts, type RecordFacts } from "#privacy/registry/record-facts.ts";
import { guardRestricted } from "#privacy/rights/guard-restricted.ts";
import { keepingRestrictions } from "#privacy/rights/restrict.ts";
import { createVault, type Vault } from "#privacy/vault/vault.ts";
import { choosableIn } from "#serving/limited-positions.ts";
import { createProfile, type Profile } from "#serving/profile.ts";
import { createRecommend, type Recommend } from "#serving/recommend.ts";
import { createShopSnapshots, type ShopSnapshots } from "#serving/shop-snapshot.ts";
import { createExplainWhy, type ExplainWhy } from "#serving/why.ts";
import { createDescribeRanking, type DescribeRanking } from "#serving/why-ranking.ts";
import type { OpenVault } from "#storage/ports/field-cipher.ts";
import type { IdentityLimit, Store } from "#storage/ports.ts";
import { type Beside, type ForgetKeeping, furnishForgetting, keepingIn, keepingNothing } from "./forgetting.ts";
import { createGuardedFetch, type GuardedFetch, type OutboundLimits } from "./outbound/guarded-fetch.ts";
import { allowNothing, type OutboundAllow, parseOutboundAllow } from "./outbound/outbound-allow.ts";
import { createWebhookTransport } from "./outbound/webhook-transport.ts";
import { furnishRights, type RightsServices } from "./rights-services.ts";
import { retentionInForce, smallestGroupInForce } from "./settings-in-force.ts";
import { openStoreOf, type StoreOptions, scanFilesOf } from "./store-choice.ts";
import { keySourceOf, openVaultFrom } from "./vault-key.ts";

/** Everything the house can do, put together. A room that needs another's service gets it from here. */
export type House = {
  readonly store: Store;
  readonly gate: Gate;
  readonly personIds: PersonIds;
  readonly recordConsents: RecordConsents;
  /** What laws each shop keeps to, as numbers. */
  readonly policy: ShopPolicies;
  readonly notices: Notices;
  readonly endConsents: EndConsents;
  readonly consentRecords: ConsentRecords;
  readonly ageSignals: AgeSignals;
  /** May somebody be written to, and at which addresses never. */
  readonly contacts: MayContact;
  readonly identities: ManageIdentities;
  /** Links that were refused since the start, by reason. */
  identityLimits(): Readonly<Record<IdentityLimit, number>>;
  readonly ingest: Ingest;
  /** Takes in what shop platforms tell of orders, products and people's requests. */
  readonly shopIntake: ShopIntake;
  /** The person's own word about the use of their data. */
  readonly preferences: ManagePreferences;
  /** What is kept and inferred of a person, for them to see and to correct. */
  readonly profile: Profile;
  readonly recommend: Recommend;
  /** Why an item is in an answer, to the last term of its score. */
  readonly why: ExplainWhy;
  /** How a shop ranks, read from what is in force; of no person. */
  readonly describeRanking: DescribeRanking;
  /** One-time links to people's own pages, and the sessions there. */
  readonly privacyLinks: PrivacyLinks;
  /** Links in messages that end a channel with one click. */
  readonly unsubscribe: Unsubscribe;
  readonly snapshots: ShopSnapshots;
  readonly learner: Learner;
  readonly reportEarned: ReportEarned;
  /** What fewer people did, reports do not count apart. */
  readonly smallestGroup: number;
  readonly expireEvents: ExpireEvents;
  /** Forgets people, and proves it. Learns by itself what that takes. */
  readonly forget: Forget;
  /** The same where somebody else does the learning, and another thread answers. */
  forgetWith(beside: Beside): Forget;
  /** Drops what this thread holds of the shop in memory: ids of people, what models and items were when it last looked. */
  dropMemory(shopId: ShopId): void;
  /** Told each time this process is asked to forget somebody; ends with what it returns. */
  onForgettingBegun(listener: () => void): () => void;
  /** What people ask for by right, and what they are given. */
  readonly rights: RightsServices["rights"];
  readonly accessExport: RightsServices["accessExport"];
  /** Lets people prove who they are, and tells nobody whether they are known. */
  readonly identify: RightsServices["identify"];
  /** Who did what with whose data: a chain that only grows. */
  readonly audit: Audit;
  /** Who is affected when something was lost, and until when that must be told. */
  readonly breaches: Breaches;
  /** What the documents of a shop are written from. */
  recordFacts(shop: Shop): Promise<RecordFacts>;
  /** Calls URLs that somebody else has chosen; never into the network that the server stands in. */
  outbound(limits: OutboundLimits): GuardedFetch;
  /** Keys, contacts, signatures. */
  readonly vault: Vault;
  readonly webhooks: ManageWebhooks;
  readonly gatherNews: GatherNews;
  deliverMessages(events: Pick<DeliverDeps, "onAttempt" | "onFailure">): DeliverMessages;
  readonly clock: Clock;
  readonly freshId: FreshId;
};

export type HouseOptions = StoreOptions & {
  /** Hosts and ranges outside the public internet that may be called: `host:port,10.0.0.0/8`. */
  readonly outboundAllow?: string | undefined;
};

/** The house over the store of an installation. The only place that names the clock and chance. */
export async function composeHouse(
  options: HouseOptions,
  openVault: OpenVault = openVaultFrom(keySourceOf(options.dataFolder, process.env)),
): Promise<House> {
  const allow = parseOutboundAllow(options.outboundAllow);
  const store = await openStoreOf(options, openVault);
  return furnish(
    store,
    () => Date.now(),
    randomUUID,
    allow,
    retentionInForce(),
    keepingIn(options.dataFolder, scanFilesOf(options)),
    openAnchorFile(join(options.dataFolder, anchorsName)),
  );
}

/** The house over a given store, clock and chance. */
export function furnish(
  given: Store,
  clock: Clock,
  freshId: FreshId,
  allow: OutboundAllow = allowNothing,
  retention: Retention = retentionInForce(),
  keeping: ForgetKeeping = keepingNothing(),
  anchorFile: AnchorFile = memoryAnchors(),
): House {
  const limited = countIdentityLimits(given.log);
  const kept = keepConsents({ ...given, log: limited.log }, { clock, freshId });
  const store: Store = { ...kept.store, gorse: guardGorse(kept.store.gorse, kept.store.forgetting) };
  const personIds = createPersonIds(store.shops);
  const unrestricted = guardGate(
    createGate({ consents: store.consents, identities: store.identities, preferences: store.preferences, personIds, clock }),
    store.forgetting,
  );
  const gate = guardRestricted(unrestricted, store.rightsRequests, store.identities);
  // What is restricted is kept, contacts too: nobody is written to all the same.
  const vault = createVault({ store, gate: unrestricted, personIds, clock });
  const transport = createWebhookTransport({ allow });
  const snapshots = createShopSnapshots({ catalogue: store.catalogue, models: store.models, clock });
  const readMessages = createReadMessages({ gate, log: store.log, clock });
  const preferences = createManagePreferences({
    preferences: store.preferences,
    consents: store.consents,
    gate,
    choosable: async (shopId) => choosableIn(await snapshots.of(shopId)),
    countMessages: createCountMessages(readMessages, clock),
    clock,
  });
  const recordConsents = keepingRestrictions(
    lettingBeginAnew(createRecordConsents({ store, personIds, clock, freshId, notices: kept.notices }), store.forgetting),
    { restrictions: store.rightsRequests, gate, clock },
  );
  const ingest = createIngest({ store, personIds, clock, freshId });
  const learner = createLearner({ store, gate, clock, seconds: () => performance.now() / 1000 });
  const recommend = createRecommend({ store, gate, snapshots, clock, freshId });
  const freshSecret = () => randomBytes(32).toString("base64url");
  const forgetting = furnishForgetting({ store, gate, personIds, signer: vault.signer, snapshots, learner, clock, freshId, freshSecret, keeping });
  const profile = createProfile({ store, gate, preferences, snapshots, clock, freshId });
  const privacyLinks = createPrivacyLinks({ store, personIds, randomBytes, clock });
  const audit = createAudit({ store, personIds, signer: vault.signer, anchorFile, randomBytes, clock });
  const consentRecords = createConsentRecords({ store, gate, policies: kept.policy, notices: kept.notices, signer: vault.signer, clock, freshId });
  const rightsServices = furnishRights({
    ...{ store, gate, personIds, policies: kept.policy, recordConsents, contacts: vault.contacts, forget: forgetting.forget, profile, preferences },
    ...{ consentRecords, privacyLinks, audit, secret: freshSecret(), clock, freshId },
  });
  return {
    ...rightsServices,
    store,
    gate,
    personIds,
    recordConsents,
    policy: kept.policy,
    notices: kept.notices,
    endConsents: kept.endConsents,
    consentRecords,
    ageSignals: createAgeSignals({ store, personIds, policies: kept.policy, clock, freshId }),
    contacts: createMayContact({ store, gate, policies: kept.policy, readMessages, clock }),
    identities: createManageIdentities({ store, personIds, clock, freshId }),
    identityLimits: () => limited.counts,
    ingest,
    shopIntake: createShopIntake({ store, personIds, recordConsents, ingest, clock }),
    preferences,
    profile,
    recommend,
    why: createExplainWhy({ recommend, snapshots, models: store.models, clock }),
    describeRanking: createDescribeRanking({ recommend, snapshots, models: store.models }),
    privacyLinks,
    unsubscribe: createUnsubscribe({ store, personIds, recordConsents, randomBytes }),
    snapshots,
    learner,
    reportEarned: createReportEarned({ store, gate, clock, smallestGroup: smallestGroupInForce() }),
    smallestGroup: smallestGroupInForce(),
    expireEvents: createExpireEvents({ store, retention, clock }),
    forget: forgetting.forget,
    forgetWith: forgetting.forgetWith,
    dropMemory: forgetting.dropMemory,
    onForgettingBegun: forgetting.onForgettingBegun,
    audit,
    breaches: createBreaches({ store, policies: kept.policy, clock, freshId }),
    recordFacts: createGatherFacts({ store, policies: kept.policy, retention, clock }),
    outbound: (limits) => createGuardedFetch({ allow, ...limits }),
    vault,
    webhooks: createManageWebhooks({ store, ...transport, randomBytes, clock, freshId }),
    gatherNews: createGatherNews({ webhooks: store.webhooks, sources: recordSources(store), clock }),
    deliverMessages: (events) =>
      createDeliverMessages({
        webhooks: forgetting.webhooks,
        post: transport.post,
        clock,
        freshId,
        random: Math.random,
        stillGranted: createStillGranted(store.consents),
        ...events,
      }),
    clock,
    freshId,
  };
}
