import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "../dialect.ts";
import type { Tables } from "../schema.ts";

/** Who is not to be heard of again, as keyed digests; and how far each forgetting is. */
export function forgetting(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<Tables>) {
      const big = dialect.bigInteger;
      await db.schema
        .createTable("suppressions")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("digest", "text", (column) => column.notNull())
        .addColumn("kind", "text", (column) => column.notNull())
        .addColumn("erasure_id", "text", (column) => column.notNull())
        .addColumn("at", big, (column) => column.notNull())
        .addColumn("reason", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("suppressions_key", ["shop_id", "digest"])
        .execute();
      await db.schema
        .createTable("erasures")
        .addColumn("erasure_id", "text", (column) => column.notNull().primaryKey())
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("state", "text", (column) => column.notNull())
        .addColumn("requested_at", big, (column) => column.notNull())
        .addColumn("updated_at", big, (column) => column.notNull())
        .addColumn("due_at", big, (column) => column.notNull())
        .addColumn("attempts", "integer", (column) => column.notNull())
        .addColumn("target_seq", big)
        .addColumn("work", "text")
        .addColumn("findings", "text")
        .addColumn("report", "text", (column) => column.notNull())
        .addColumn("certificate", "text")
        .execute();
      await sql`create index erasures_open on erasures (due_at) where state <> 'done'`.execute(db);
      await db.schema.createIndex("erasures_shop").on("erasures").columns(["shop_id", "requested_at"]).execute();
      // A link that was refused names a person in its detail alone; there are few, and they are found by this.
      await sql`create index log_refused_links on log (shop_id, seq) where kind = 'link' and name like 'link refused%'`.execute(db);
    },
  };
}
