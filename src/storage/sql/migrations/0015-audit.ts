import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "../dialect.ts";
import type { Tables } from "../schema.ts";

const words = "the audit log is append-only";
const refusals = ["update", "delete"] as const;

/** Who did what with people's data: a chain that only grows, and beside it, erasable, whom it was about. Breaches; when a key was made. */
export function audit(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<Tables>) {
      const big = dialect.bigInteger;
      await db.schema
        .createTable("audit_entries")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("seq", big, (column) => column.notNull())
        .addColumn("entry", "text", (column) => column.notNull())
        .addColumn("hash", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("audit_entries_key", ["shop_id", "seq"])
        .execute();
      await db.schema
        .createTable("audit_openings")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("seq", big, (column) => column.notNull())
        .addColumn("position", "integer", (column) => column.notNull())
        .addColumn("person_id", "text", (column) => column.notNull())
        .addColumn("at", big, (column) => column.notNull())
        .addColumn("opening", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("audit_openings_key", ["shop_id", "seq", "position"])
        .execute();
      await db.schema.createIndex("audit_openings_person").on("audit_openings").columns(["shop_id", "person_id", "seq"]).execute();
      await db.schema.createIndex("audit_openings_at").on("audit_openings").columns(["shop_id", "at"]).execute();
      await db.schema
        .createTable("breaches")
        .addColumn("breach_id", "text", (column) => column.primaryKey())
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("opened_at", big, (column) => column.notNull())
        .addColumn("closed_at", big)
        .addColumn("facts", "text", (column) => column.notNull())
        .execute();
      await db.schema.alterTable("shop_keys").addColumn("created_at", big).execute();
      await (dialect.kind === "sqlite" ? refuseInSqlite(db) : refuseInPostgres(db));
    },
  };
}

async function refuseInSqlite(db: Kysely<Tables>): Promise<void> {
  for (const change of refusals)
    await sql`create trigger ${sql.ref(`audit_entries_no_${change}`)} before ${sql.raw(change)} on audit_entries
      begin select raise(abort, ${sql.lit(words)}); end`.execute(db);
}

async function refuseInPostgres(db: Kysely<Tables>): Promise<void> {
  await sql`create or replace function rapport_refuse_audit_change() returns trigger language plpgsql as
    ${sql.lit(`begin raise exception '${words}'; end`)}`.execute(db);
  for (const change of refusals)
    await sql`create trigger ${sql.ref(`audit_entries_no_${change}`)} before ${sql.raw(change)} on audit_entries
      for each row execute function rapport_refuse_audit_change()`.execute(db);
  await sql`create trigger audit_entries_no_truncate before truncate on audit_entries
    for each statement execute function rapport_refuse_audit_change()`.execute(db);
}
