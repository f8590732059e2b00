import type { EpochMs } from "#domain/clock.ts";
import type { ConsentProof, ConsentSource } from "#domain/consent.ts";
import type { EventLine, EventType, Impression } from "#domain/event.ts";
import type { LogSeq, MessageId, OrderId, PersonId, RecommendationId, SessionId, ShopId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import type { PersonNameKind } from "#domain/person.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { LogEntry } from "./log-entry.ts";

/** What was decided, as it is stored; `granted` null: nothing is in force any more. */
export type StoredDecision = {
  readonly purpose: Purpose;
  readonly granted: boolean | null;
  readonly at: EpochMs;
  readonly source: ConsentSource;
  readonly notice: string | null;
  readonly how: string | null;
  readonly expiresAt?: EpochMs | null;
  readonly proof?: ConsentProof | null;
  /** False: it follows from what was decided under another name of the same person. */
  readonly own: boolean;
};

/** One entry of the log, whole, for the shop's own copy of its data. */
export type StoredEntry = {
  readonly seq: LogSeq;
  /** An event that cannot be read any more. */
  readonly damaged: boolean;
  readonly kind: LogEntry["kind"];
  readonly personId: PersonId;
  readonly messageId: MessageId;
  readonly type: EventType | null;
  readonly name: string;
  readonly occurredAt: EpochMs;
  readonly receivedAt: EpochMs;
  readonly lines: readonly EventLine[];
  readonly orderId: OrderId | null;
  readonly sessionId: SessionId | null;
  readonly recommendationId: RecommendationId | null;
  readonly currency: string | null;
  readonly refused: readonly Purpose[];
  readonly impression: Impression | null;
  /** What an entry that is no event says. */
  readonly detail: Readonly<Record<string, unknown>> | null;
  readonly decision: StoredDecision | null;
  /** The message that a derived decision follows from. */
  readonly follows: MessageId | null;
  /** Only on links: whether it was made; one that says what is known, or beyond a limit, was not. */
  readonly holds: boolean;
  readonly baseId: PersonId | null;
  readonly rootId: PersonId | null;
};

/** One name that the shop uses, and when it was heard of. */
export type StoredName = {
  readonly personId: PersonId;
  readonly kind: PersonNameKind;
  readonly externalId: string;
  readonly rootId: PersonId;
  readonly firstSeenAt: EpochMs | null;
  readonly lastSeenAt: EpochMs | null;
  readonly events: number;
};

/** In whose hands a device was, or that it was let go: what its other ids are made of. */
export type StoredHand =
  | { readonly kind: "hands"; readonly sessionId: PersonId; readonly baseId: PersonId; readonly rootId: PersonId }
  | { readonly kind: "let-go"; readonly baseId: PersonId; readonly at: EpochMs };

/** What is written back exactly as it stood in the log it comes from. */
export type RestoredEntry =
  | { readonly as: "entry"; readonly entry: LogEntry }
  /** A decision that followed from another. */
  | {
      readonly as: "follows";
      readonly cause: MessageId | null;
      readonly personId: PersonId;
      readonly decision: StoredDecision;
      readonly occurredAt: EpochMs;
      readonly receivedAt: EpochMs;
    }
  /** An entry that changed nothing, such as a refused link: for the record. */
  | {
      readonly as: "inert";
      readonly kind: LogEntry["kind"];
      readonly personId: PersonId;
      readonly messageId: MessageId;
      readonly name: string;
      readonly occurredAt: EpochMs;
      readonly receivedAt: EpochMs;
      readonly detail: Readonly<Record<string, unknown>> | null;
    };

/**
 * Everything of one shop, page by page, for the shop's own copy of it, and back. The one place that hands out what people
 * did without asking for what: whoever calls it is the shop's operator, at the command line.
 */
export type TransferStore = {
  /** The entries after `after` up to `upTo`, in order; with `personIds` only those filed under them. */
  entries(shopId: ShopId, after: LogSeq, upTo: LogSeq, limit: number, personIds?: readonly PersonId[]): Promise<readonly StoredEntry[]>;
  /** All names in order of kind and name, `limit` at a time. */
  names(shopId: ShopId, limit: number): AsyncIterable<readonly StoredName[]>;
  /** All that was said about a device, whether it held or not. */
  handsOf(shopId: ShopId, deviceId: PersonId): Promise<readonly StoredHand[]>;
  /** Items in order of their ids, each with the name of the feed that looks after it. */
  items(shopId: ShopId, after: string | null, limit: number): Promise<readonly { readonly item: CatalogueItem; readonly feed: string | null }[]>;
  /**
   * Writes entries back in their order, in one transaction, deriving nothing. How many were new: what is there already
   * is left alone.
   */
  restore(shopId: ShopId, entries: readonly RestoredEntry[]): Promise<number>;
  /** Writes items back with their times, and gives them to the feeds of these names, where the shop has such. */
  restoreItems(shopId: ShopId, rows: readonly { readonly item: CatalogueItem; readonly feed: string | null }[]): Promise<void>;
};
