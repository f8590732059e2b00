import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "../dialect.ts";
import type { Tables } from "../schema.ts";

/** Events that could not be learnt from; who learns, of several processes; and how often a consumer has begun anew. */
export function cluster(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<Tables>) {
      const big = dialect.bigInteger;
      await db.schema
        .createTable("dead_letters")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("seq", big, (column) => column.notNull())
        .addColumn("reason", "text", (column) => column.notNull())
        .addColumn("found_at", big, (column) => column.notNull())
        .addPrimaryKeyConstraint("dead_letters_key", ["shop_id", "seq"])
        .execute();
      await db.schema
        .createTable("leaders")
        .addColumn("name", "text", (column) => column.primaryKey())
        .addColumn("instance", "text", (column) => column.notNull())
        .addColumn("since", big, (column) => column.notNull())
        .addColumn("cursors", "text", (column) => column.notNull())
        .execute();
      await db.schema
        .alterTable("consumers")
        .addColumn("epoch", "integer", (column) => column.notNull().defaultTo(0))
        .execute();
    },
  };
}
