import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "../dialect.ts";
import type { Tables } from "../schema.ts";

/** What people chose about the use of their data, and how it came to be so. */
export function preferences(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<Tables>) {
      const big = dialect.bigInteger;
      await db.schema
        .createTable("preferences")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("person_id", "text", (column) => column.notNull())
        .addColumn("kind", "text", (column) => column.notNull())
        .addColumn("key", "text", (column) => column.notNull())
        .addColumn("value", "text", (column) => column.notNull())
        .addColumn("at", big, (column) => column.notNull())
        .addPrimaryKeyConstraint("preferences_key", ["shop_id", "person_id", "kind", "key"])
        .execute();
      await db.schema.createIndex("preferences_kind").on("preferences").columns(["shop_id", "kind"]).execute();
      await dialect
        .withGrowingKey(db.schema.createTable("preference_changes"), "seq")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("person_id", "text", (column) => column.notNull())
        .addColumn("action", "text", (column) => column.notNull())
        .addColumn("kind", "text", (column) => column.notNull())
        .addColumn("key", "text", (column) => column.notNull())
        .addColumn("value", "text", (column) => column.notNull())
        .addColumn("at", big, (column) => column.notNull())
        .addColumn("said_by", "text", (column) => column.notNull())
        .execute();
      await db.schema.createIndex("preference_changes_person").on("preference_changes").columns(["shop_id", "person_id", "seq"]).execute();
    },
  };
}
