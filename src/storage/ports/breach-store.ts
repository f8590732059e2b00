import type { EpochMs } from "#domain/clock.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";

export const breachKinds = ["database", "backup", "key", "api-key"] as const;
/** What was lost: the database, a backup, the key of the installation, or an API key of the shop. */
export type BreachKind = (typeof breachKinds)[number];

export type BreachFacts = {
  readonly what: BreachKind;
  readonly since: EpochMs;
  readonly until: EpochMs;
  /** Whoever has the data has the key of the installation as well. */
  readonly keyLost: boolean;
  /** Of an API key; null: any. */
  readonly keyTag: string | null;
};
export type Breach = {
  readonly breachId: string;
  readonly shopId: ShopId;
  readonly openedAt: EpochMs;
  readonly closedAt: EpochMs | null;
  readonly facts: BreachFacts;
};

/** How much of a table is about people. */
export type Affected = { readonly table: string; readonly rows: number; readonly people: number };

export type BreachStore = {
  open(breach: Breach): Promise<void>;
  get(shopId: ShopId, breachId: string): Promise<Breach | null>;
  /** The latest first. */
  list(shopId: ShopId): Promise<readonly Breach[]>;
  close(shopId: ShopId, breachId: string, at: EpochMs): Promise<boolean>;
  /** Of each table with people in it; null: of all people, else of these. */
  affected(shopId: ShopId, personIds: readonly PersonId[] | null): Promise<readonly Affected[]>;
  /** Everybody that any table names, some at a time, in order. */
  everybody(shopId: ShopId, after: PersonId | null, limit: number): Promise<readonly PersonId[]>;
  /** In which tables each of these stands. */
  tablesOf(shopId: ShopId, personIds: readonly PersonId[]): Promise<ReadonlyMap<PersonId, readonly string[]>>;
};
