import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "../dialect.ts";
import type { Tables } from "../schema.ts";

/** One-time links to a person's own page, and the sessions they open. */
export function privacyLinks(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<Tables>) {
      const big = dialect.bigInteger;
      const named = (table: "privacy_links" | "privacy_sessions") =>
        db.schema
          .createTable(table)
          .addColumn("digest", "text", (column) => column.primaryKey())
          .addColumn("shop_id", "text", (column) => column.notNull())
          .addColumn("person_id", "text", (column) => column.notNull())
          .addColumn("kind", "text", (column) => column.notNull())
          .addColumn("external_id", "text", (column) => column.notNull())
          .addColumn("locale", "text")
          .addColumn("embed_origins", "text", (column) => column.notNull());
      await named("privacy_links")
        .addColumn("created_at", big, (column) => column.notNull())
        .addColumn("expires_at", big, (column) => column.notNull())
        .execute();
      await named("privacy_sessions")
        .addColumn("started_at", big, (column) => column.notNull())
        .addColumn("seen_at", big, (column) => column.notNull())
        .execute();
      await db.schema.createIndex("privacy_links_person").on("privacy_links").columns(["shop_id", "person_id"]).execute();
      await db.schema.createIndex("privacy_sessions_person").on("privacy_sessions").columns(["shop_id", "person_id"]).execute();
    },
  };
}
