import { Kysely, PostgresDialect, sql } from "kysely";
import type { OpenVault } from "../ports/field-cipher.ts";
import type { Store } from "../ports.ts";
import type { Dialect } from "../sql/dialect.ts";
import { insertLogTogether } from "../sql/insert-log.ts";
import { openStore } from "../sql/open-store.ts";
import type { Tables } from "../sql/schema.ts";
import { createPostgresLeadership } from "./leadership.ts";
import { openPool } from "./open-pool.ts";
import { translateError } from "./translate-error.ts";

/** Any number that nobody else takes: the first half of the advisory lock's key. */
const logLock = 7_262_001;

export const dialect: Dialect = {
  kind: "postgres",
  bigInteger: "bigint",
  bytes: "bytea",
  maxParameters: 60_000,
  withGrowingKey: (table, column) => table.addColumn(column, "bigserial", (definition) => definition.primaryKey()) as never,
  async schemaOf(db) {
    const { rows } = await sql<{ schema: string }>`select current_schema() as schema`.execute(db);
    return rows[0]?.schema;
  },
  async lockLog(transaction, shopId) {
    await sql`select pg_advisory_xact_lock(${logLock}, hashtext(${shopId}))`.execute(transaction);
  },
  withoutFlush: (db, work) =>
    db.transaction().execute(async (transaction) => {
      await sql`set local synchronous_commit = off`.execute(transaction);
      return work(transaction);
    }),
  insertLog: insertLogTogether({ kind: "postgres" }),
  translateError,
};

/** Opens the store in a PostgreSQL database. Throws ProblemError STORE_UNAVAILABLE or STORE_NEWER, and what `openVault` throws. */
export async function openPostgres(connectionString: string, openVault?: OpenVault): Promise<Store> {
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: openPool(connectionString) as never }) });
  return openStore(db, dialect, createPostgresLeadership(connectionString), openVault);
}
