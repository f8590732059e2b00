import type { EpochMs } from "#domain/clock.ts";
import type { EventType } from "#domain/event.ts";
import type { LogSeq, MessageId, ShopId } from "#domain/ids.ts";
import type { NameOf } from "./log-entry.ts";

/** Events of these types that came in before then are past their time. */
export type Expiry = { readonly types: readonly EventType[]; readonly before: EpochMs };
export type ExpiredEvent = { readonly seq: LogSeq; readonly type: EventType; readonly name: NameOf; readonly messageId: MessageId };

export type Forgotten = { readonly events: number; readonly entries: number; readonly records: number; readonly people: number };

/** How entries that take back what is past its time are called. */
export const expiryPrefix = "rapport:expired:";

export type RetentionStore = {
  /** Looks through `limit` entries of the log after `after` for what is past its time; `next` is null at the end. */
  expired(
    shopId: ShopId,
    after: LogSeq,
    limit: number,
    expiries: readonly Expiry[],
  ): Promise<{ readonly events: readonly ExpiredEvent[]; readonly next: LogSeq | null }>;
  /** How many entries that take back what is past its time are still there. */
  pending(shopId: ShopId): Promise<number>;
  /**
   * Deletes what was taken back because it was past its time, with all that hangs on it, as far as `consumer` has been
   * saved beyond it: then nothing that was made of it is left, and nobody needs it to take it away again.
   */
  deleteTakenBack(shopId: ShopId, consumer: string, limit: number): Promise<Forgotten>;
  /** Decisions that others have replaced, records of orders, and requests that were seen to, from before then. */
  forgetRecords(
    shopId: ShopId,
    consumer: string,
    before: { readonly orders: EpochMs | null; readonly decisions: EpochMs | null },
    limit: number,
  ): Promise<number>;
  /** Gives the room of what was deleted back to the disk. */
  compact(): Promise<void>;
};
