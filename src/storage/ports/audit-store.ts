import type { EpochMs } from "#domain/clock.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { NameOf } from "./log-entry.ts";

/** One link of a shop's chain, word for word as it was hashed. */
export type AuditRow = { readonly seq: number; readonly entry: string; readonly hash: string };

/** The last link; `seq` 0 and a hash of zeros where there is none yet. */
export type AuditHead = { readonly seq: number; readonly hash: string };
export const noAuditHead: AuditHead = { seq: 0, hash: "0".repeat(64) };

/** What a commitment of an entry was made of. Goes when the person is forgotten, or when its time is over. `text` null: it cannot be opened. */
export type AuditOpening = {
  readonly seq: number;
  readonly position: number;
  readonly personId: PersonId;
  readonly at: EpochMs;
  readonly text: string | null;
};

/** `make`: the entry as it follows the last one. */
export type AuditAppend = {
  make(before: AuditHead): { readonly entry: string; readonly hash: string };
  readonly at: EpochMs;
  /** In the order of the entry's commitments. */
  readonly openings: readonly { readonly name: NameOf; readonly text: string }[];
};

/** A chain of what was done with people's data. Rows are added; the database refuses to change or to delete one. */
export type AuditStore = {
  /**
   * All or none, one writer of the chain at a time. Of somebody who was forgotten, or of whom nothing is kept, no opening is
   * written: the commitment says nothing then, and nobody can open it.
   */
  append(shopId: ShopId, entries: readonly AuditAppend[]): Promise<AuditHead>;
  head(shopId: ShopId): Promise<AuditHead>;
  /** In order, after `after`. */
  read(shopId: ShopId, after: number, limit: number): Promise<readonly AuditRow[]>;
  /** The latest first, before `before`; null: from the end. */
  latest(shopId: ShopId, before: number | null, limit: number): Promise<readonly AuditRow[]>;
  /** Of the entries from `first` to `last`. */
  openings(shopId: ShopId, first: number, last: number): Promise<readonly AuditOpening[]>;
  /** Entries whose opening names one of these people, or that say they are about everybody; the latest first. */
  about(shopId: ShopId, personIds: readonly PersonId[], limit: number): Promise<readonly AuditRow[]>;
  /** People that somebody was told about between two times. */
  namedBetween(shopId: ShopId, from: EpochMs, to: EpochMs): Promise<readonly PersonId[]>;
};
