import type { EpochMs } from "#domain/clock.ts";
import type { DataUse } from "#domain/data-use.ts";
import type { EventType } from "#domain/event.ts";
import type { Purpose } from "#domain/purpose.ts";

// What the page is told of its person and may do for them. Whoever mounts it provides this, for one person: the page
// itself cannot name another.

export type Permission = {
  readonly purpose: Purpose;
  readonly granted: boolean;
  /** Null: nobody ever decided. */
  readonly decision: {
    readonly at: EpochMs;
    readonly by: "person" | "shop" | "signal" | "guardian";
    readonly notice: string | null;
    readonly until: EpochMs | null;
  } | null;
};

export type Taste = { readonly kind: "item" | "category" | "brand"; readonly key: string; readonly title: string };

export type Deed = {
  readonly id: string;
  readonly type: EventType;
  readonly name: string;
  readonly at: EpochMs;
  /** Titles of what it was done with. */
  readonly items: readonly string[];
  readonly isUnused: boolean;
};

export type Conclusion = {
  readonly key: string;
  readonly kind: "category" | "brand" | "reorder" | "price.low" | "price.middle" | "price.high" | "other";
  readonly value: string;
  /** How many deeds it rests on, and what some of them were about. */
  readonly count: number;
  readonly items: readonly string[];
};

export type Known = {
  readonly deeds: readonly Deed[];
  readonly count: number;
  /** How often suggestions were shown to them, as far as that is kept. */
  readonly shownTimes: number;
  readonly conclusions: readonly Conclusion[];
  readonly suppressed: readonly Pick<Conclusion, "key" | "kind" | "value">[];
  readonly told: readonly { readonly key: string; readonly value: string }[];
};

/** How things stand for the person. */
export type Standing = {
  readonly mayPersonalize: boolean;
  /** What is used from the next answer on, and what the person chose. */
  readonly inForce: DataUse;
  readonly chosen: DataUse | null;
  readonly pausedUntil: EpochMs | "open" | null;
  readonly less: readonly Taste[];
  readonly more: readonly Taste[];
  readonly messages: { readonly perWeek: number | null; readonly spent: number };
};

export type Download = { readonly name: string; readonly type: string; readonly body: string };

/** `keysHref`: the keys to check the certificate with; null as long as there is none. */
export type Forgetting = { readonly state: "running" | "done"; readonly doneAt: EpochMs | null; readonly keysHref: string | null };

/** Something the person asked for by right. Each state says its own times. */
export type OwnRequest = {
  readonly id: string;
  readonly kind: "access" | "portability" | "rectification" | "objection" | "restriction" | "erasure" | "opt-out";
  readonly state: "open" | "in_progress" | "fulfilled" | "denied" | "revoked" | "expired";
  readonly at: EpochMs;
  readonly dueAt: EpochMs;
  readonly closedAt: EpochMs | null;
  /** What the shop said about it. */
  readonly words: string | null;
  readonly mayTakeBack: boolean;
};

export type OwnRights = {
  isRestricted(): Promise<boolean>;
  /** The latest first. */
  requests(): Promise<readonly OwnRequest[]>;
  /** Objection and restriction hold at once; a correction is left to the shop. */
  ask(kind: "objection" | "restriction" | "rectification"): Promise<void>;
  takeBack(id: string): Promise<void>;
  /** The person wants their data used again as before. */
  lift(): Promise<void>;
};

export type TasteKind = "less" | "mute-category" | "mute-brand" | "more-item" | "more-category" | "more-brand";

/**
 * A service that is missing is not offered on the page. Services throw a ProblemError where the shop refuses; the page
 * then says that nothing was changed.
 */
export type CentreServices = {
  readonly shopName: string;
  readonly whose: "customer" | "anonymous";
  readonly rankingHref: string;
  readonly clock: () => EpochMs;
  permissions(): Promise<readonly Permission[]>;
  /** Null: it was written down. Otherwise why a yes was not: the person is too young to decide alone, or something else. */
  setPermission(purpose: Purpose, granted: boolean, hasGpc: boolean, locale: string): Promise<"age" | "other" | null>;
  readonly receipt?: () => Promise<Download | null>;
  readonly keysHref?: string;
  standing(): Promise<Standing>;
  setDial(level: DataUse): Promise<void>;
  /** Null: until they go on. */
  pause(until: EpochMs | null): Promise<void>;
  resume(): Promise<void>;
  choose(kind: TasteKind, key: string): Promise<void>;
  unchoose(kind: TasteKind, key: string): Promise<void>;
  categories(): Promise<readonly string[]>;
  setMessages(perWeek: number): Promise<void>;
  known(): Promise<Known>;
  deleteDeed(id: string): Promise<void>;
  setUnused(id: string, isUnused: boolean): Promise<void>;
  /** Deletes a conclusion, and it stays deleted. */
  suppress(key: string): Promise<void>;
  allow(key: string): Promise<void>;
  /** Corrects or deletes (null) what somebody said about them. */
  setTold(key: string, value: string | null): Promise<void>;
  readonly rights?: OwnRights;
  readonly copy?: (kind: "json" | "html", locale: string) => Promise<Download>;
  /** Begins to forget the person; the reference opens the status afterwards, without a session. */
  readonly forget?: () => Promise<string>;
};
