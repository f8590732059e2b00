import type { Allowed, Use } from "#domain/allowed.ts";
import type { EpochMs } from "#domain/clock.ts";
import type { ConsentState } from "#domain/consent.ts";
import type { EventType, LoggedEvent, ShopEvent } from "#domain/event.ts";
import type { IdentityLink } from "#domain/identity-link.ts";
import type { ItemId, LogSeq, MessageId, OrderId, PersonId, RecommendationId, ShopId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import type { PersonNameKind } from "#domain/person.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { KeyScope, Shop, StandingConsent } from "#domain/shop.ts";
import type { AuditStore } from "./ports/audit-store.ts";
import type { BreachStore } from "./ports/breach-store.ts";
import type { ConnectionStore } from "./ports/connection-store.ts";
import type { ConsentRecordStore } from "./ports/consent-record-store.ts";
import type { DeadLetterStore } from "./ports/dead-letter-store.ts";
import type { FeedStore } from "./ports/feed-store.ts";
import type { ForgetStore } from "./ports/forget-store.ts";
import type { GorseStore } from "./ports/gorse-store.ts";
import type { Leadership } from "./ports/leadership.ts";
import type { LogEntry, NameOf } from "./ports/log-entry.ts";
import type { PreferenceStore } from "./ports/preference-store.ts";
import type { PrivacyLinkStore } from "./ports/privacy-link-store.ts";
import type { RegisteredTable } from "./ports/registry.ts";
import type { RetentionStore } from "./ports/retention-store.ts";
import type { RightsRequestStore } from "./ports/rights-request-store.ts";
import type { SizeStore } from "./ports/size-store.ts";
import type { SubjectStore } from "./ports/subject-store.ts";
import type { TransferStore } from "./ports/transfer-store.ts";
import type { VaultStore } from "./ports/vault-store.ts";
import type { WebhookStore } from "./ports/webhook-store.ts";

export type { LogEntry, NameOf };

// What Rapport needs kept. Every implementation passes the suite in `store.contract.ts`; only `server/compose.ts`
// knows which one is in use.

/** Why a link was not made: a person would have too many names, or a device too many hands. */
export type IdentityLimit = "names" | "device";

export type AppendOutcome = { readonly kind: "appended"; readonly seq: LogSeq; readonly limit?: IdentityLimit } | { readonly kind: "duplicate" };

/** What a consumer sees of an entry: whom and what it touched, never what they did. */
export type LogRef = {
  readonly seq: LogSeq;
  readonly kind: LogEntry["kind"];
  readonly personId: PersonId;
  readonly type: EventType | null;
};

/** An event for the shop's own eyes: no names, no traits, a short tag instead of the person. */
export type MaskedEvent = {
  readonly seq: LogSeq;
  readonly kind: LogEntry["kind"];
  readonly personTag: string;
  readonly type: EventType | null;
  readonly name: string;
  readonly occurredAt: EpochMs;
  readonly receivedAt: EpochMs;
  readonly itemIds: readonly ItemId[];
};

/** What the log holds of one order, for settling it against what else came in about it. */
export type OrderEvent = {
  readonly orderId: OrderId;
  readonly name: NameOf;
  /** Whoever else has it is the same person. */
  readonly rootId: PersonId;
  readonly event: ShopEvent;
  readonly retracted: boolean;
};

export type HistoryOptions = {
  /** At most this many, the latest ones. */
  readonly limit: number;
  /** Only entries up to this position: what the history was then. */
  readonly upTo?: LogSeq;
  readonly types?: readonly EventType[];
  readonly since?: EpochMs;
  /** Only these. */
  readonly messageIds?: readonly MessageId[];
  /** Is told of events that cannot be read; they are left out. */
  readonly onDamaged?: (seq: number, personId: PersonId, reason: string) => void;
};

/** Events of one type and origin. `origin`: how their message ids begin, where that says more than the type. */
export type EventTally = {
  readonly type: EventType;
  readonly origin: "outcome" | "order" | "return" | null;
  readonly count: number;
  readonly from: EpochMs;
  readonly to: EpochMs;
};

export type EventLog = {
  /**
   * Appends durably, in order, in one transaction: when it resolves, the entries survive a power cut. An entry whose
   * message id the shop has sent before is a duplicate and changes nothing. Throws ProblemError STORE_FULL. With `lazily`, for whoever
   * does not wait for it: what this process reads of the log has them from the call on, though they are written when it is their turn and
   * reach the disk with what comes after them. A process that is killed may lose those of the last moment, a power cut those since.
   */
  append(shopId: ShopId, entries: readonly LogEntry[], options?: { readonly lazily?: boolean }): Promise<readonly AppendOutcome[]>;
  /** The entries after `after`, in order. */
  refs(shopId: ShopId, after: LogSeq, limit: number): Promise<readonly LogRef[]>;
  /** How many entries stand after `after`. */
  countAfter(shopId: ShopId, after: LogSeq): Promise<number>;
  /** The position of the last entry; 0 when there is none. */
  head(shopId: ShopId): Promise<LogSeq>;
  /**
   * One person's events, oldest first (by time, then by position), without those that refused the purpose. For personalize also
   * without those the person does not want used, and no others than the window of the leave names.
   */
  history(allowed: Allowed<Use>, options: HistoryOptions): Promise<readonly LoggedEvent[]>;
  /** The same for many people at once; one list, grouped by person in no particular order. */
  histories(allowed: readonly Allowed<Use>[], options: Omit<HistoryOptions, "limit">): Promise<ReadonlyMap<PersonId, readonly LoggedEvent[]>>;
  /** The same, counted: all of them, by type and origin. */
  tally(allowed: Allowed<Use>): Promise<readonly EventTally[]>;
  /** The latest entries, newest first, masked. */
  recent(shopId: ShopId, limit: number): Promise<readonly MaskedEvent[]>;
  /** Who was shown this recommendation, and when; null when it was not recorded. */
  recommendationOf(shopId: ShopId, recommendationId: RecommendationId): Promise<{ personId: PersonId; itemIds: readonly ItemId[] } | null>;
  /**
   * Of these orders those of which the log holds more than one purchase or return: all of them, taken back or not, to
   * settle what holds. Not a way to read what somebody did: it is asked by order.
   */
  ordersToldTwice(shopId: ShopId, orderIds: readonly OrderId[]): Promise<readonly OrderEvent[]>;
  /** How many entries of each kind, and the span of the events' times. */
  size(shopId: ShopId): Promise<{ entries: number; events: number; from: EpochMs | null; to: EpochMs | null }>;
};

export type ConsentStore = {
  current(shopId: ShopId, personIds: readonly PersonId[]): Promise<ReadonlyMap<PersonId, ConsentState>>;
  /** The decisions that were in force right after log position `seq`. */
  asOf(shopId: ShopId, personIds: readonly PersonId[], seq: LogSeq): Promise<ReadonlyMap<PersonId, ConsentState>>;
  /** What was decided under these very names, whoever else they are. */
  own(shopId: ShopId, personIds: readonly PersonId[]): Promise<ReadonlyMap<PersonId, ConsentState>>;
  /** Whose decision on this purpose is yes now, in order of their ids: everybody, or the first `limit`. */
  granted(shopId: ShopId, purpose: Purpose, limit?: number): Promise<readonly PersonId[]>;
  /** How many people say yes and how many say no to each purpose. */
  tally(shopId: ShopId): Promise<readonly { purpose: Purpose; granted: number; refused: number }[]>;
};

export type IdentityStore = {
  /** Root and members of the person that `personId` belongs to; null when nothing is stored about it. */
  cluster(shopId: ShopId, personId: PersonId): Promise<{ rootId: PersonId; memberIds: readonly PersonId[] } | null>;
  clusters(shopId: ShopId, personIds: readonly PersonId[]): Promise<ReadonlyMap<PersonId, { rootId: PersonId; memberIds: readonly PersonId[] }>>;
  /** Everything that was ever said about whose these devices are, oldest first, by device; nothing where nothing was. */
  linksOf(shopId: ShopId, deviceIds: readonly PersonId[]): Promise<ReadonlyMap<PersonId, readonly IdentityLink[]>>;
  /** The links, undone or not, that name one of these persons. */
  linksAmong(shopId: ShopId, personIds: readonly PersonId[]): Promise<readonly IdentityLink[]>;
  /** The outside names of persons. */
  namesOf(shopId: ShopId, personIds: readonly PersonId[]): Promise<ReadonlyMap<PersonId, NameOf>>;
  /** The outside name of a person. */
  nameOf(shopId: ShopId, personId: PersonId): Promise<NameOf | null>;
  list(shopId: ShopId, kind: PersonNameKind, limit: number): Promise<readonly NameOf[]>;
  count(shopId: ShopId): Promise<number>;
};

export type CatalogueStore = {
  /** Creates or replaces. */
  put(shopId: ShopId, items: readonly CatalogueItem[]): Promise<void>;
  /** Adds those that nobody has described yet; leaves the others as they are. */
  addMissing(shopId: ShopId, items: readonly CatalogueItem[]): Promise<void>;
  get(shopId: ShopId, itemIds: readonly ItemId[]): Promise<ReadonlyMap<ItemId, CatalogueItem>>;
  /** In order of item id, after `after`; `query` matches in id and title, whatever the case. */
  list(shopId: ShopId, options: { after: ItemId | null; limit: number; query: string | null }): Promise<readonly CatalogueItem[]>;
  all(shopId: ShopId): Promise<readonly CatalogueItem[]>;
  /** How many match `query`; all of them when it is null. */
  count(shopId: ShopId, query: string | null): Promise<number>;
  /** Grows with each change. */
  revision(shopId: ShopId): Promise<number>;
};

/** A published model: what it is called, what it was made from, and its bytes. */
export type ModelRecord = {
  readonly name: string;
  readonly version: number;
  readonly builtAt: EpochMs;
  readonly seq: LogSeq;
  /** What the model card shows; plain JSON. */
  readonly card: unknown;
  readonly artefact: Uint8Array;
};

export type ModelStore = {
  /**
   * Keeps it as the next version of its name and answers with that version; where one is there that was made of more of the
   * log, with the version of that one, and keeps nothing.
   */
  publish(shopId: ShopId, model: Omit<ModelRecord, "version">): Promise<number>;
  latest(shopId: ShopId, name: string): Promise<ModelRecord | null>;
  latestVersion(shopId: ShopId, name: string): Promise<number>;
  cards(shopId: ShopId): Promise<readonly Omit<ModelRecord, "artefact">[]>;
};

export type ConsumerStore = {
  load(shopId: ShopId, consumer: string): Promise<{ cursor: LogSeq; state: Uint8Array | null; epoch: number }>;
  /** Saves state and cursor in one transaction; false when somebody else has moved the cursor meanwhile, or has reset it. */
  save(shopId: ShopId, consumer: string, expected: LogSeq, cursor: LogSeq, state: Uint8Array, epoch?: number): Promise<boolean>;
  /** Grows each time the consumer has to begin anew or go back. */
  epoch(shopId: ShopId, consumer: string): Promise<number>;
  /** Back to the first entry, in a new epoch: what anybody made in the one before can no longer be saved. */
  reset(shopId: ShopId, consumer: string): Promise<void>;
};

export type ShopStore = {
  /** False when the name is taken. Keys are kept as hashes only. */
  create(shop: Shop, secrets: { personKey: string; keyHashes: readonly { hash: string; scope: KeyScope }[] }): Promise<boolean>;
  byKeyHash(hash: string): Promise<{ shop: Shop; scope: KeyScope } | null>;
  /** The oldest first; `createdAt` null: from before it was noted. */
  keys(shopId: ShopId): Promise<readonly { readonly hash: string; readonly scope: KeyScope; readonly createdAt: EpochMs | null }[]>;
  addKey(shopId: ShopId, key: { readonly hash: string; readonly scope: KeyScope; readonly createdAt: EpochMs }): Promise<void>;
  /** It opens nothing any more; false where there is no such key. */
  removeKey(shopId: ShopId, hash: string): Promise<boolean>;
  byName(name: string): Promise<Shop | null>;
  list(): Promise<readonly Shop[]>;
  /** Null: it asserts nothing. */
  standingConsent(shopId: ShopId): Promise<StandingConsent | null>;
  setStandingConsent(shopId: ShopId, consent: StandingConsent | null): Promise<void>;
  /** The shop's secret for turning outside names into person ids. */
  personKey(shopId: ShopId): Promise<string>;
};

export type Store = {
  readonly kind: "sqlite" | "postgres";
  readonly audit: AuditStore;
  readonly breaches: BreachStore;
  /** What is kept about people, table by table. */
  readonly registry: readonly RegisteredTable[];
  readonly log: EventLog;
  readonly consents: ConsentStore;
  readonly consentRecords: ConsentRecordStore;
  readonly identities: IdentityStore;
  readonly catalogue: CatalogueStore;
  readonly models: ModelStore;
  readonly consumers: ConsumerStore;
  readonly deadLetters: DeadLetterStore;
  readonly leadership: Leadership;
  readonly shops: ShopStore;
  readonly connections: ConnectionStore;
  readonly feeds: FeedStore;
  readonly forgetting: ForgetStore;
  readonly gorse: GorseStore;
  readonly preferences: PreferenceStore;
  readonly privacyLinks: PrivacyLinkStore;
  readonly rightsRequests: RightsRequestStore;
  readonly webhooks: WebhookStore;
  readonly transfer: TransferStore;
  readonly retention: RetentionStore;
  readonly sizes: SizeStore;
  readonly subjects: SubjectStore;
  readonly vault: VaultStore;
  /** Resolves when the store answers; throws ProblemError STORE_UNAVAILABLE otherwise. */
  check(): Promise<void>;
  close(): Promise<void>;
};
