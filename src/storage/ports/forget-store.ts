import { createHmac } from "node:crypto";
import type { EpochMs } from "#domain/clock.ts";
import type { LogSeq, MessageId, PersonId, ShopId } from "#domain/ids.ts";
import type { PersonNameKind } from "#domain/person.ts";
import type { LogEntry, NameOf } from "./log-entry.ts";

/** A name as somebody says it, whoever it means. */
export type SaidName = { readonly kind: PersonNameKind; readonly externalId: string };
export const nameKey = ({ kind, externalId }: SaidName): string => `${kind}\n${externalId}`;

export type NameDigest = { readonly kind: PersonNameKind; readonly digest: string };

/** What is left of a name that was forgotten: whoever has the key can tell that a name is this one, and nobody can tell the name. */
export const digestOf = (key: string, name: SaidName): NameDigest => ({
  kind: name.kind,
  digest: createHmac("sha256", key).update(nameKey(name)).digest("base64url"),
});

/** Entries of the log that take back what a forgotten person did; they alone may still speak of them. */
export const forgettingPrefix = "rapport:forgotten:";

/** A decision that is filed under a customer and under a device in the same breath: the device's entry is called after the customer's. */
export const withDevice = ":device";

/** Somebody of this name was forgotten. `done`: nothing of them is left, so whoever decides anew under it begins anew. */
export type Suppression = { readonly erasureId: string; readonly at: EpochMs; readonly done: boolean };

/** How far a forgetting is. Each state says what has been done; the next step begins from there, however often. */
export const erasureStates = ["suppressed", "unlearning", "unlearnt", "deleted", "shredded", "verified", "told", "done"] as const;
export type ErasureState = (typeof erasureStates)[number];

export type Erasure = {
  /** Nobody can guess it: whoever has it is who asked. */
  readonly erasureId: string;
  readonly shopId: ShopId;
  readonly state: ErasureState;
  readonly requestedAt: EpochMs;
  readonly updatedAt: EpochMs;
  /** Not tried before then. */
  readonly dueAt: EpochMs;
  /** How often verification has found something. */
  readonly attempts: number;
  /** Learning has to come by here. */
  readonly targetSeq: LogSeq | null;
  /** Whom it is about, sealed; null once it is done. */
  readonly work: string | null;
  /** Where verification found something: a table or a file, never what. */
  readonly findings: readonly string[] | null;
  /** What was done so far, in numbers. */
  readonly report: Readonly<Record<string, unknown>>;
  /** The signed document, as text. */
  readonly certificate: string | null;
};

export type ErasureChange = Partial<Pick<Erasure, "dueAt" | "attempts" | "targetSeq" | "work" | "findings" | "report" | "certificate">>;

export type ErasureMove = { readonly erasure: Erasure; readonly to: ErasureState; readonly change: ErasureChange };

export type EraseScope = {
  readonly personIds: readonly PersonId[];
  /** Their outside names that nobody else is known under. */
  readonly names: readonly SaidName[];
};

export type DoomedEvent = { readonly seq: LogSeq; readonly occurredAt: EpochMs; readonly messageId: MessageId; readonly outside: readonly string[] };
export type EventPlace = Pick<DoomedEvent, "occurredAt" | "seq">;

/** Who is not to be heard of again, and how far each forgetting is. */
export type ErasureLedger = {
  /** Of these names those that were forgotten, by `nameKey`. */
  suppressed(shopId: ShopId, names: readonly SaidName[]): Promise<ReadonlyMap<string, Suppression>>;
  /** Digests of names, under the shop's key for that alone. */
  digests(shopId: ShopId, names: readonly SaidName[], fresh: () => string, at: EpochMs): Promise<readonly NameDigest[]>;
  /** They have begun anew. Only where nothing of the forgotten is left; how many. */
  lift(shopId: ShopId, names: readonly SaidName[]): Promise<number>;
  /** Everything that this forgetting suppresses. */
  digestsOf(shopId: ShopId, erasureId: string): Promise<readonly NameDigest[]>;

  /** In one transaction: from its end on nothing is stored under these names. False when that erasure is there already. */
  begin(erasure: Pick<Erasure, "erasureId" | "shopId" | "requestedAt" | "work">, digests: readonly NameDigest[], reason: string): Promise<boolean>;
  get(shopId: ShopId, erasureId: string): Promise<Erasure | null>;
  /** Those that are not done, due first. */
  open(now: EpochMs, limit: number): Promise<readonly Erasure[]>;
  list(shopId: ShopId, limit: number): Promise<readonly Erasure[]>;
  ids(shopId: ShopId): Promise<ReadonlySet<string>>;
  tally(): Promise<{ readonly open: number; readonly needAttention: number; readonly done: number }>;
  /** Moves each on that is still where the caller saw it, all in one transaction; how many. */
  advance(moves: readonly ErasureMove[], at: EpochMs): Promise<number>;
};

/** Forgetting people: the ledger of it, and the deleting itself. */
export type ForgetStore = ErasureLedger & {
  /**
   * Devices that a decision of one of these customers was also filed under, though nothing else says they were theirs; `of` a device:
   * those customers.
   */
  decidedWith(shopId: ShopId, personIds: readonly PersonId[], of: "customer" | "device"): Promise<readonly PersonId[]>;
  /** Their events in order of time (of those of one moment, in order of the log), beyond `after`. */
  events(shopId: ShopId, personId: PersonId, after: EventPlace | null, limit: number): Promise<readonly DoomedEvent[]>;
  /** Appends entries that take events back; durable with whatever is written durably after it. */
  takeBack(shopId: ShopId, entries: readonly LogEntry[]): Promise<void>;
  /** How far a consumer has been saved; 0 where nothing is. */
  savedCursor(shopId: ShopId, consumer: string): Promise<LogSeq>;
  /** Deletes some of their events, with all that hangs on them; how many. Durable with whatever is written durably after it. */
  deleteEvents(shopId: ShopId, personIds: readonly PersonId[], limit: number): Promise<number>;
  /** Deletes the rest: rows by table. `deep`: looks for them in the details of every link as well. */
  deleteRest(shopId: ShopId, scope: EraseScope, deep: boolean): Promise<Readonly<Record<string, number>>>;
  /** Deletes their keys: what is sealed with them, in backups and logs of the database too, is unreadable from then on. How many. */
  shred(shopId: ShopId, personIds: readonly PersonId[]): Promise<number>;
  /** One version of a model that is not the newest; false when there is none. */
  deleteOldModel(shopId: ShopId): Promise<boolean>;
  /** Rows that still name them, by table; none when all is well. */
  remains(shopId: ShopId, scope: EraseScope): Promise<Readonly<Record<string, number>>>;
  /** Where one of these texts stands as a word of its own (`partly`: or in the middle of one), as table.column, looking at every row. Slow. */
  textRemains(texts: readonly string[], partly?: boolean): Promise<readonly string[]>;
  /** Gives the room of deleted rows of these tables back, so that nothing of them can be read from the database's files. */
  sweep(): Promise<void>;
  /** Everybody's names, some at a time, in order of person ids. */
  people(shopId: ShopId, after: PersonId | null, limit: number): Promise<readonly NameOf[]>;
};
