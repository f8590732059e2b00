import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "../dialect.ts";
import type { Tables } from "../schema.ts";

/** Until when a decision holds and what proves it; a shop's policy; its notices; addresses that must not be written to. */
export function consentRecords(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<Tables>) {
      const big = dialect.bigInteger;
      await db.schema.alterTable("consents").addColumn("expires_at", big).execute();
      await db.schema.alterTable("consents").addColumn("proof", "text").execute();
      await db.schema.createIndex("consents_expiry").on("consents").columns(["shop_id", "expires_at"]).execute();
      await db.schema
        .createTable("shop_policies")
        .addColumn("shop_id", "text", (column) => column.primaryKey())
        .addColumn("packs", "text", (column) => column.notNull())
        .addColumn("overrides", "text", (column) => column.notNull())
        .addColumn("changed_at", big, (column) => column.notNull())
        .execute();
      await db.schema
        .createTable("notices")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("name", "text", (column) => column.notNull())
        .addColumn("version", "integer", (column) => column.notNull())
        .addColumn("hash", "text", (column) => column.notNull())
        .addColumn("body", "text", (column) => column.notNull())
        .addColumn("material", "text", (column) => column.notNull())
        .addColumn("published_at", big, (column) => column.notNull())
        .addColumn("applied", "integer", (column) => column.notNull())
        .addPrimaryKeyConstraint("notices_key", ["shop_id", "name", "version"])
        .execute();
      await db.schema.createIndex("notices_hash").on("notices").columns(["hash"]).execute();
      await db.schema
        .createTable("contact_suppressions")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("channel", "text", (column) => column.notNull())
        .addColumn("digest", "text", (column) => column.notNull())
        .addColumn("source", "text", (column) => column.notNull())
        .addColumn("at", big, (column) => column.notNull())
        .addPrimaryKeyConstraint("contact_suppressions_key", ["shop_id", "channel", "digest"])
        .execute();
    },
  };
}
