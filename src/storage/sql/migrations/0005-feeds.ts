import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "../dialect.ts";
import type { Tables } from "../schema.ts";

/** Product feeds: which there are, what is being read of them, and which items they look after. */
export function feeds(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<Tables>) {
      const big = dialect.bigInteger;
      await db.schema.alterTable("items").addColumn("feed_id", "text").execute();
      await sql`create index items_feed on items (feed_id) where feed_id is not null`.execute(db);
      await db.schema
        .createTable("feeds")
        .addColumn("feed_id", "text", (column) => column.primaryKey())
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("name", "text", (column) => column.notNull())
        .addColumn("location", "text", (column) => column.notNull())
        .addColumn("every_ms", big)
        .addColumn("complete", "integer", (column) => column.notNull())
        .addColumn("created_at", big, (column) => column.notNull())
        .addColumn("etag", "text")
        .addColumn("last_modified", "text")
        .addColumn("stale_at", big)
        .addColumn("last_run", "text")
        .addColumn("run_token", "text")
        .addColumn("run_heard_at", big)
        .addUniqueConstraint("feeds_name", ["shop_id", "name"])
        .execute();
      await db.schema
        .createTable("feed_rows")
        .addColumn("run_token", "text", (column) => column.notNull())
        .addColumn("item_id", "text", (column) => column.notNull())
        .addColumn("is_news", "integer", (column) => column.notNull())
        .addColumn("title", "text")
        .addColumn("description", "text")
        .addColumn("categories", "text")
        .addColumn("brand", "text")
        .addColumn("price", "double precision")
        .addColumn("currency", "text")
        .addColumn("stock", big)
        .addColumn("available", "integer")
        .addColumn("url", "text")
        .addColumn("image_url", "text")
        .addColumn("attributes", "text")
        .addColumn("released_at", big)
        .addColumn("source", "text")
        .addPrimaryKeyConstraint("feed_rows_key", ["run_token", "item_id"])
        .execute();
    },
  };
}
