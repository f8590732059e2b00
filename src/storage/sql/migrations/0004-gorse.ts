import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "../dialect.ts";
import type { Tables } from "../schema.ts";

/** Users and feedback as Gorse clients read them back. */
export function gorse(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<Tables>) {
      const big = dialect.bigInteger;
      // Pages follow the order of the bytes, as they do in Gorse; SQLite compares so by itself.
      const id = dialect.kind === "postgres" ? sql`text collate "C"` : sql`text`;
      await db.schema
        .createTable("gorse_users")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("user_id", id, (column) => column.notNull())
        .addColumn("person_id", "text", (column) => column.notNull())
        .addColumn("labels", "text", (column) => column.notNull())
        .addColumn("comment", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("gorse_users_key", ["shop_id", "user_id"])
        .execute();
      await db.schema.createIndex("gorse_users_person").on("gorse_users").columns(["shop_id", "person_id"]).execute();
      await db.schema
        .createTable("gorse_feedback")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("feedback_type", id, (column) => column.notNull())
        .addColumn("user_id", id, (column) => column.notNull())
        .addColumn("item_id", id, (column) => column.notNull())
        .addColumn("person_id", "text", (column) => column.notNull())
        .addColumn("value", "double precision", (column) => column.notNull())
        .addColumn("at", big)
        .addColumn("at_nanos", "integer", (column) => column.notNull())
        .addColumn("updated_at", big)
        .addColumn("updated_nanos", "integer", (column) => column.notNull())
        .addColumn("labels", "text", (column) => column.notNull())
        .addColumn("comment", "text", (column) => column.notNull())
        .addColumn("message_ids", "text", (column) => column.notNull())
        .addColumn("revision", "integer", (column) => column.notNull())
        .addPrimaryKeyConstraint("gorse_feedback_key", ["shop_id", "feedback_type", "user_id", "item_id"])
        .execute();
      await db.schema.createIndex("gorse_feedback_person").on("gorse_feedback").columns(["shop_id", "person_id", "item_id"]).execute();
      await db.schema.createIndex("gorse_feedback_item").on("gorse_feedback").columns(["shop_id", "item_id", "person_id"]).execute();
    },
  };
}
