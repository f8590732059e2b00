import type { EpochMs } from "#domain/clock.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { NameOf } from "./log-entry.ts";

/** Opens one person's own page once. Of the token only a hash is kept. */
export type PrivacyLink = {
  readonly digest: string;
  readonly shopId: ShopId;
  readonly name: NameOf;
  /** Language that the shop asked for; null: the browser's. */
  readonly locale: string | null;
  /** Origins whose pages may show it in a frame, beside those of the installation. */
  readonly embedOrigins: readonly string[];
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs;
};

/** A person at their own page. */
export type PrivacySession = Omit<PrivacyLink, "createdAt" | "expiresAt"> & {
  readonly startedAt: EpochMs;
  readonly seenAt: EpochMs;
};

export type PrivacyLinkStore = {
  keepLink(link: PrivacyLink): Promise<void>;
  /** Null when there is none, or it has expired. */
  link(digest: string, now: EpochMs): Promise<PrivacyLink | null>;
  /** Uses the link up and begins the session, both or neither; null when the link is gone, used or expired. */
  exchange(digest: string, session: { readonly digest: string; readonly at: EpochMs }): Promise<PrivacySession | null>;
  session(digest: string): Promise<PrivacySession | null>;
  /** The person was here; says nothing when the session is gone. */
  touch(digest: string, change: { readonly seenAt: EpochMs; readonly locale?: string }): Promise<void>;
  end(digest: string): Promise<void>;
  /** Ends sessions and links of these persons; how many there were. */
  endOf(shopId: ShopId, personIds: readonly PersonId[]): Promise<number>;
  /** Forgets links that expired before `expiredBefore`, sessions last used or begun before these times. */
  sweep(before: { readonly expiredBefore: EpochMs; readonly seenBefore: EpochMs; readonly startedBefore: EpochMs }): Promise<number>;
};
