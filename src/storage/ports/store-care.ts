import type { EpochMs } from "#domain/clock.ts";
import type { LogSeq, ShopId } from "#domain/ids.ts";

// What keeping a store well needs, past the doors that events and answers go through: all of it at once, as it is.

export type BackupShop = { readonly shopId: ShopId; readonly name: string; readonly currency: string; readonly head: LogSeq };

/** What a backup says of itself, in its first line. */
export type BackupManifest = {
  readonly format: "rapport-backup";
  readonly formatVersion: 1;
  /** The version of Rapport that wrote it. */
  readonly rapport: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly from: "sqlite" | "postgres";
  /** The last step of the schema that its rows are in. */
  readonly schemaStep: string;
  readonly shops: readonly BackupShop[];
  /** Whether it is all of the store, or one shop of several. */
  readonly whole: boolean;
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** The last number that each growing key has given out. */
  readonly lastKeys: Readonly<Record<string, number>>;
  /** Small files of the data folder that belong to it, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** How many people the installation had forgotten, and where that is noted; missing where an older version wrote it. */
  readonly forgotten?: { readonly people: number; readonly journal: string };
};

/** A backup that was read to its end and found whole. */
export type CheckedBackup = { readonly manifest: BackupManifest; readonly sha256: string };

export type BackupOptions = {
  /** Null: the whole store. */
  readonly shop: { readonly shopId: ShopId } | null;
  readonly rapport: string;
  readonly now: EpochMs;
  readonly files: BackupManifest["files"];
  readonly forgotten?: BackupManifest["forgotten"];
};

export type ShopFacts = {
  readonly shopId: ShopId;
  readonly name: string;
  readonly createdAt: EpochMs;
  readonly keys: { readonly write: number; readonly server: number };
  readonly head: LogSeq;
  readonly entries: number;
  /** When the last entry came in, and the latest time that any of them says it came in; null when there is none. */
  readonly lastReceivedAt: EpochMs | null;
  readonly latestReceivedAt: EpochMs | null;
  readonly receivedLastWeek: number;
  /** How far it has been learnt, as far as is saved, and how many entries stand after that. */
  readonly learnt: LogSeq;
  readonly unlearnt: number;
  /** People of whom something is known, and those of them who decided anything. */
  readonly people: number;
  readonly deciders: number;
  readonly personalizable: number;
};

export type StoreFacts = {
  readonly kind: "sqlite" | "postgres";
  /** Schema steps taken; null when it is no store yet. */
  readonly steps: readonly string[] | null;
  readonly knownSteps: readonly string[];
  /** What the database's own check found. */
  readonly integrity: readonly string[];
  /** Tables that this version needs and that are not there. */
  readonly missingTables: readonly string[];
  /** Tables of somebody else in the same file or schema. */
  readonly foreignTables: readonly string[];
  readonly bytes: number;
  /** What the database's clock says, where it has one of its own. */
  readonly clock: EpochMs | null;
  /** Of a database that is a server of its own. */
  readonly database: DatabaseFacts | null;
};

/** How a database server is set, and who is connected to it. */
export type DatabaseFacts = {
  readonly version: string;
  readonly encoding: string;
  readonly fsync: boolean;
  readonly fullPageWrites: boolean;
  /** Whether a commit is on the disk when it is answered. */
  readonly waitsForDisk: boolean;
  /** It follows another, and takes no writing. */
  readonly isCopy: boolean;
  /** Something in between hands statements of one connection to several sessions. */
  readonly sharesSessions: boolean;
  readonly connections: { readonly used: number; readonly most: number };
  /** Connections of servers that are seen, and whether one of them leads. */
  readonly servers: { readonly sessions: number; readonly leading: boolean };
  /** Transactions that have been open for long. */
  readonly heldOpen: number;
};

/** One store, looked at from outside; nothing of it is brought up to date by that. */
export type StoreCare = {
  readonly kind: "sqlite" | "postgres";
  facts(): Promise<StoreFacts>;
  /** Whether this version can open it without changing its schema. */
  isUpToDate(): Promise<boolean>;
  /** Throws ProblemError STORE_DAMAGED when a table is missing or, with `pages`, a look at every page finds damage. */
  assertSound(options: { readonly pages: boolean }): Promise<void>;
  shopNamed(name: string): Promise<BackupShop | null>;
  shopFacts(now: EpochMs): Promise<readonly ShopFacts[]>;
  /** Rows that do not hold what they should, in words. */
  unreadableRows(): Promise<readonly string[]>;
  /** Hands out the lines of a backup, as one moment saw the store, while others go on writing. */
  backUp(options: BackupOptions, take: (text: string) => Promise<void>): Promise<CheckedBackup>;
  close(): Promise<void>;
};

/** Where a backup may go. */
export type RestoreTarget = {
  /** The shops that are there already; null when there is no store, or one with nothing in it. */
  holds(): Promise<readonly BackupShop[] | null>;
  /**
   * Fills it with all the backup has, or leaves it as it was. Throws ProblemError BACKUP_DAMAGED, STORE_NEWER or STORE_FULL.
   */
  fill(backup: AsyncIterable<Uint8Array>): Promise<CheckedBackup>;
};
