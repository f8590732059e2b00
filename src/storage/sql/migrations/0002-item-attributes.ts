import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "../dialect.ts";
import type { Tables } from "../schema.ts";

/** Items say more than the common fields: colour, size, labels; and when they came out. */
export function itemAttributes(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<Tables>) {
      await db.schema
        .alterTable("items")
        .addColumn("attributes", "text", (column) => column.notNull().defaultTo("{}"))
        .execute();
      await db.schema.alterTable("items").addColumn("released_at", dialect.bigInteger).execute();
    },
  };
}
