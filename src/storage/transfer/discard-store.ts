import { rmSync } from "node:fs";
import { Kysely, PostgresDialect, sql } from "kysely";
import { ourTables, tablesOf } from "../backup-tables.ts";
import { openPool } from "../postgres/open-pool.ts";
import { dialect } from "../postgres/open-postgres.ts";
import type { Tables } from "../sql/schema.ts";

/** Takes away what a migration has just written and could not vouch for. */
export function discardSqlite(path: string): void {
  for (const ending of ["", "-wal", "-shm"]) rmSync(path + ending, { force: true });
}

export async function discardPostgres(connectionString: string): Promise<void> {
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: openPool(connectionString) as never }) });
  try {
    const ours = await ourTables();
    await db.transaction().execute(async (transaction) => {
      for (const table of (await tablesOf(transaction, dialect)).keys())
        if (ours.has(table)) await sql`drop table ${sql.table(table)}`.execute(transaction);
      await sql`drop table kysely_migration`.execute(transaction);
      await sql`drop table kysely_migration_lock`.execute(transaction);
    });
  } finally {
    await db.destroy();
  }
}
