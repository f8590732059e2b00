import { type CreateTableBuilder, type Kysely, sql, type Transaction } from "kysely";
import type { ShopId } from "#domain/ids.ts";
import type { InsertLog } from "./log-row.ts";
import type { Tables } from "./schema.ts";
import type { Sealing } from "./sealing.ts";

/** All that differs between the databases; everything else in this folder is the same for both. */
export type Dialect = {
  readonly kind: "sqlite" | "postgres";
  readonly bigInteger: "integer" | "bigint";
  readonly bytes: "blob" | "bytea";
  /** Most parameters one statement may bind. */
  readonly maxParameters: number;
  withGrowingKey<Name extends string>(table: CreateTableBuilder<Name, never>, column: string): CreateTableBuilder<Name, never>;
  /** The schema that the tables are in, where the database has such a thing; another may hold another Rapport. */
  schemaOf(db: Kysely<Tables>): Promise<string | undefined>;
  /** Makes positions in the log follow the order of commits, so that a reader never passes one that appears later. */
  lockLog(transaction: Transaction<Tables>, shopId: ShopId): Promise<void>;
  readonly insertLog: InsertLog;
  /**
   * A transaction whose end does not wait for the disk: after a power cut it may be as if it had not been, unless something that was
   * written later is there. For work that is begun again until a later, waiting, transaction says that it is done.
   */
  withoutFlush<Value>(db: Kysely<Tables>, work: (transaction: Transaction<Tables>) => Promise<Value>): Promise<Value>;
  /** The keys that names and secrets are sealed with; none where a store is in the clear. */
  readonly sealing?: Sealing;
  /** Turns the driver's own errors (disk full, connection lost) into problems of the catalogue. */
  translateError(error: unknown): unknown;
};

/** How many rows of `columns` columns fit into one statement, at most 500. */
export function rowsPerStatement(dialect: Dialect, columns: number): number {
  return Math.max(1, Math.min(500, Math.floor(dialect.maxParameters / columns)));
}

/** What is made once for each kind of database, such as texts of statements. */
export function perDialect<Value>(make: (dialect: Dialect) => Value): (dialect: Dialect) => Value {
  const made = new WeakMap<Dialect, Value>();
  return (dialect) => {
    let value = made.get(dialect);
    if (value === undefined) {
      value = make(dialect);
      made.set(dialect, value);
    }
    return value;
  };
}

/** Resolves when the database answers. */
export async function ping(db: Kysely<Tables>): Promise<void> {
  await sql`select 1`.execute(db);
}
