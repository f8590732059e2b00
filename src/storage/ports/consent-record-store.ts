import type { EpochMs } from "#domain/clock.ts";
import type { ConsentDecision } from "#domain/consent.ts";
import type { LogSeq, PersonId, ShopId } from "#domain/ids.ts";
import type { Purpose } from "#domain/purpose.ts";

/** A decision as the log holds it: with its position, by which it is known for ever. */
export type RecordedDecision = {
  readonly seq: LogSeq;
  readonly decision: ConsentDecision;
  /** "over": from then on nothing is decided any more. */
  readonly state: "given" | "refused" | "over";
  /** False: it follows from what was decided under another name of the same person. */
  readonly own: boolean;
};

export type DueDecision = { readonly personId: PersonId; readonly purpose: Purpose };

/** A version of a notice, as it was published. */
export type NoticeRow = {
  readonly shopId: ShopId;
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  /** The document; JSON. */
  readonly body: string;
  /** What was decided on these purposes before does not cover this version. */
  readonly material: readonly Purpose[];
  readonly publishedAt: EpochMs;
  /** What was decided before has been ended. */
  readonly applied: boolean;
};

export type PolicyRow = { readonly packs: readonly string[]; readonly overrides: unknown; readonly changedAt: EpochMs };

/** A channel on which somebody can be written to, or called. */
export type Suppression = { readonly channel: string; readonly digest: string; readonly source: string; readonly at: EpochMs };

export type ConsentRecordStore = {
  /** Everything these names ever decided, oldest first. */
  history(shopId: ShopId, personIds: readonly PersonId[]): Promise<readonly RecordedDecision[]>;
  /** Decisions in force that say yes and whose time has run out; at most so many. */
  expired(shopId: ShopId, at: EpochMs, limit: number): Promise<readonly DueDecision[]>;
  /** Decisions in force that say yes to this purpose and were made before; at most so many. */
  grantedBefore(shopId: ShopId, purpose: Purpose, before: EpochMs, limit: number): Promise<readonly DueDecision[]>;
  /** Everything in force on this one purpose, in order of person, after `after`. */
  onPurpose(shopId: ShopId, purpose: Purpose, after: PersonId | null, limit: number): Promise<readonly ConsentDecision[]>;

  policy(shopId: ShopId): Promise<PolicyRow | null>;
  setPolicy(shopId: ShopId, policy: PolicyRow): Promise<void>;

  /** False when that version is there already. */
  addNotice(notice: NoticeRow): Promise<boolean>;
  markApplied(notice: Pick<NoticeRow, "shopId" | "name" | "version">): Promise<void>;
  /** All of a shop, by name and version. */
  notices(shopId: ShopId): Promise<readonly NoticeRow[]>;
  noticeByHash(hash: string): Promise<NoticeRow | null>;

  /** Puts addresses on the list; those that stand there stay as they are. How many were new. */
  suppress(shopId: ShopId, entries: readonly Suppression[]): Promise<number>;
  unsuppress(shopId: ShopId, channel: string, digest: string): Promise<boolean>;
  /** Of these, on this channel, those on the list. */
  suppressed(shopId: ShopId, channels: readonly string[], digests: readonly string[]): Promise<readonly Suppression[]>;
  countSuppressed(shopId: ShopId): Promise<readonly { channel: string; source: string; count: number }[]>;
};
