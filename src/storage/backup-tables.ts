import { Kysely, SqliteDialect, sql, type Transaction } from "kysely";
import { ProblemError } from "#domain/problem.ts";
import type { Dialect } from "./sql/dialect.ts";
import { migrate, schemaSteps } from "./sql/migrations.ts";
import type { Tables } from "./sql/schema.ts";
import { openNodeSqlite } from "./sqlite/node-sqlite-database.ts";
import { sqliteDialect } from "./sqlite/sqlite-dialect.ts";

export type Db = Kysely<Tables> | Transaction<Tables>;
export type TableShape = { readonly columns: readonly string[]; readonly growingKey: string | null };

const cursor = "rapport_backup";
/** Rows read at once; of tables with models or counts fewer, for each may be many megabytes. */
const rowsPerRead = 2_000;
const blobTables: ReadonlySet<string> = new Set<keyof Tables>(["models", "consumers"]);

/** Who leads just now, and who is at their own page: true of this moment, and not to come back with a backup. */
export const passingTables: ReadonlySet<string> = new Set<keyof Tables>(["leaders", "privacy_links", "privacy_sessions"]);

/** Every table of ours, at the newest step of the schema or an earlier one; what else lies in the same place is not ours. */
export async function ourTables(upTo?: string): Promise<ReadonlyMap<string, TableShape>> {
  const { database } = openNodeSqlite(":memory:");
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
  try {
    await migrate(db, sqliteDialect, upTo);
    return await tablesOf(db, sqliteDialect);
  } finally {
    await db.destroy();
  }
}

/** The tables that are there, but for those of the migrations. */
export async function tablesOf(db: Db, dialect: Dialect): Promise<ReadonlyMap<string, TableShape>> {
  const schema = await dialect.schemaOf(db as Kysely<Tables>);
  const tables = await db.introspection.getTables();
  return new Map(
    tables
      .filter((table) => !table.isView && (schema === undefined || table.schema === schema) && !table.name.startsWith("sqlite_"))
      .map(({ name, columns }) => [
        name,
        { columns: columns.map((column) => column.name), growingKey: columns.find((column) => column.isAutoIncrementing)?.name ?? null },
      ]),
  );
}

/** The schema steps that were taken; null when there is no store. */
export async function stepsTaken(db: Db, dialect: Dialect): Promise<readonly string[] | null> {
  const schema = await dialect.schemaOf(db as Kysely<Tables>);
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name, schema: itsSchema }) => name === "kysely_migration" && (schema === undefined || itsSchema === schema))) return null;
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name);
}

/** Throws ProblemError STORE_DAMAGED when a table is missing that the store's schema has; what is no store, or a newer one, others tell. */
export async function assertTables(db: Db, dialect: Dialect): Promise<void> {
  const steps = await stepsTaken(db, dialect);
  if (steps === null || steps.length === 0 || !steps.every((step) => schemaSteps.includes(step))) return;
  const there = await tablesOf(db, dialect);
  const missing = [...(await ourTables(steps.at(-1))).keys()].filter((table) => !there.has(table));
  if (missing.length > 0) throw new ProblemError({ code: "STORE_DAMAGED", detail: `the store lacks the table ${missing[0]}` });
}

/** The part of a table that belongs to one shop; null: nothing of it. */
export function shopFilter(table: string, columns: readonly string[], shopId: string) {
  if (columns.includes("shop_id")) return sql`shop_id = ${shopId}`;
  if (columns.includes("endpoint_id")) return sql`endpoint_id in (select endpoint_id from webhook_endpoints where shop_id = ${shopId})`;
  // The installation's, and of use to whoever has any of its shops.
  if (table === "vault_root") return sql`1 = 1`;
  if (table === "feed_rows") return sql`run_token in (select run_token from feeds where shop_id = ${shopId})`;
  return null;
}

type Filter = NonNullable<ReturnType<typeof shopFilter>>;
type Row = Readonly<Record<string, unknown>>;

/** All rows of a table, some at a time; one moment's, within a transaction. */
export async function* readRows(db: Db, { kind }: Dialect, table: string, where: Filter): AsyncGenerator<readonly Row[]> {
  const many = sql.raw(String(blobTables.has(table) ? 1 : rowsPerRead));
  if (kind === "postgres") {
    await sql`declare ${sql.ref(cursor)} no scroll cursor for select * from ${sql.table(table)} where ${where}`.execute(db);
    for (;;) {
      const { rows } = await sql<Row>`fetch ${many} from ${sql.ref(cursor)}`.execute(db);
      if (rows.length === 0) break;
      yield rows;
    }
    await sql`close ${sql.ref(cursor)}`.execute(db);
    return;
  }
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const { rows } =
      await sql<Row>`select rowid as "row number", * from ${sql.table(table)} where rowid > ${after} and ${where} order by rowid limit ${many}`.execute(
        db,
      );
    if (rows.length === 0) return;
    after = Number(rows.at(-1)!["row number"]);
    yield rows;
  }
}

/** The last number that a growing key has given out. */
export async function lastKey(db: Db, { kind }: Dialect, table: string, column: string): Promise<number> {
  const { rows } =
    kind === "sqlite"
      ? await sql<{ last: number }>`select seq as last from sqlite_sequence where name = ${table}`.execute(db)
      : await sql<{
          last: number;
        }>`select coalesce(pg_sequence_last_value(pg_get_serial_sequence(${table}, ${column})::regclass), 0) as last`.execute(db);
  return Number(rows[0]?.last ?? 0);
}

/** From here on the key gives out greater numbers. */
export async function setLastKey(db: Db, { kind }: Dialect, table: string, column: string, last: number): Promise<void> {
  if (last === 0) return;
  if (kind === "sqlite") {
    await sql`delete from sqlite_sequence where name = ${table}`.execute(db);
    await sql`insert into sqlite_sequence (name, seq) values (${table}, ${last})`.execute(db);
  } else await sql`select setval(pg_get_serial_sequence(${table}, ${column})::regclass, ${last}, true)`.execute(db);
}
