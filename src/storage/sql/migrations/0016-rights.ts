import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "../dialect.ts";
import type { Tables } from "../schema.ts";

/** Requests of people with their whole course, and whose data is restricted. */
export function rights(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<Tables>) {
      const big = dialect.bigInteger;
      const alter = () => db.schema.alterTable("rights_requests");
      await alter()
        .addColumn("regime", "text", (column) => column.notNull().defaultTo(""))
        .execute();
      await alter()
        .addColumn("source", "text", (column) => column.notNull().defaultTo("platform"))
        .execute();
      for (const name of ["verified_at", "extended_at", "closed_at"]) await alter().addColumn(name, big).execute();
      for (const name of ["verified_by", "erasure_id", "reason", "words", "detail", "open_key"]) await alter().addColumn(name, "text").execute();
      await alter()
        .addColumn("steps", "text", (column) => column.notNull().defaultTo("[]"))
        .execute();
      await sql`update rights_requests set state = 'fulfilled' where state = 'done'`.execute(db);
      await db.schema.createIndex("rights_requests_open").on("rights_requests").columns(["shop_id", "open_key"]).unique().execute();
      await db.schema.createIndex("rights_requests_due").on("rights_requests").columns(["shop_id", "due_at", "request_id"]).execute();
      await db.schema.createIndex("rights_requests_person").on("rights_requests").columns(["shop_id", "person_id"]).execute();
      await db.schema
        .createTable("restrictions")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("person_id", "text", (column) => column.notNull())
        .addColumn("request_id", "text", (column) => column.notNull())
        .addColumn("at", big, (column) => column.notNull())
        .addColumn("learning", "text")
        .addPrimaryKeyConstraint("restrictions_key", ["shop_id", "person_id"])
        .execute();
    },
  };
}
