import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "../dialect.ts";
import type { Tables } from "../schema.ts";

/** The tables as they began. Never changed afterwards: what comes later is a step of its own. */
export function firstSchema(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<Tables>) {
      const big = dialect.bigInteger;
      const bytes = dialect.bytes;
      await db.schema
        .createTable("shops")
        .addColumn("shop_id", "text", (column) => column.primaryKey())
        .addColumn("name", "text", (column) => column.notNull().unique())
        .addColumn("currency", "text", (column) => column.notNull())
        .addColumn("created_at", big, (column) => column.notNull())
        .addColumn("person_key", "text", (column) => column.notNull())
        .execute();
      await db.schema
        .createTable("shop_keys")
        .addColumn("key_hash", "text", (column) => column.primaryKey())
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("scope", "text", (column) => column.notNull())
        .execute();
      await dialect
        .withGrowingKey(db.schema.createTable("log"), "seq")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("kind", "text", (column) => column.notNull())
        .addColumn("person_id", "text", (column) => column.notNull())
        .addColumn("message_id", "text", (column) => column.notNull())
        .addColumn("type", "text")
        .addColumn("name", "text", (column) => column.notNull())
        .addColumn("occurred_at", big, (column) => column.notNull())
        .addColumn("received_at", big, (column) => column.notNull())
        .addColumn("order_id", "text")
        .addColumn("session_id", "text")
        .addColumn("recommendation_id", "text")
        .addColumn("currency", "text")
        .addColumn("refused", "text", (column) => column.notNull())
        .addColumn("lines", "text", (column) => column.notNull())
        .addColumn("impression", "text")
        .execute();
      await db.schema.createIndex("log_message").on("log").columns(["shop_id", "message_id"]).unique().execute();
      await db.schema.createIndex("log_person").on("log").columns(["shop_id", "person_id", "occurred_at"]).execute();
      await db.schema.createIndex("log_shop").on("log").columns(["shop_id", "seq"]).execute();
      await sql`create index log_recommendation on log (shop_id, recommendation_id) where recommendation_id is not null`.execute(db);
      await db.schema
        .createTable("consents")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("person_id", "text", (column) => column.notNull())
        .addColumn("purpose", "text", (column) => column.notNull())
        .addColumn("seq", big, (column) => column.notNull())
        .addColumn("granted", "integer", (column) => column.notNull())
        .addColumn("at", big, (column) => column.notNull())
        .addColumn("source", "text", (column) => column.notNull())
        .addColumn("notice", "text")
        .addColumn("how", "text")
        .addPrimaryKeyConstraint("consents_key", ["shop_id", "person_id", "purpose", "seq"])
        .execute();
      await db.schema
        .createTable("people")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("person_id", "text", (column) => column.notNull())
        .addColumn("kind", "text", (column) => column.notNull())
        .addColumn("external_id", "text", (column) => column.notNull())
        .addColumn("root_id", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("people_key", ["shop_id", "person_id"])
        .execute();
      await db.schema.createIndex("people_root").on("people").columns(["shop_id", "root_id"]).execute();
      await db.schema.createIndex("people_name").on("people").columns(["shop_id", "kind", "external_id"]).execute();
      await db.schema
        .createTable("items")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("item_id", "text", (column) => column.notNull())
        .addColumn("title", "text", (column) => column.notNull())
        .addColumn("description", "text")
        .addColumn("categories", "text", (column) => column.notNull())
        .addColumn("brand", "text")
        .addColumn("price", "double precision")
        .addColumn("currency", "text")
        .addColumn("stock", big)
        .addColumn("available", "integer", (column) => column.notNull())
        .addColumn("url", "text")
        .addColumn("image_url", "text")
        .addColumn("source", "text", (column) => column.notNull())
        .addColumn("created_at", big, (column) => column.notNull())
        .addColumn("updated_at", big, (column) => column.notNull())
        .addPrimaryKeyConstraint("items_key", ["shop_id", "item_id"])
        .execute();
      await db.schema
        .createTable("catalogue_revisions")
        .addColumn("shop_id", "text", (column) => column.primaryKey())
        .addColumn("revision", big, (column) => column.notNull())
        .execute();
      await db.schema
        .createTable("models")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("name", "text", (column) => column.notNull())
        .addColumn("version", "integer", (column) => column.notNull())
        .addColumn("built_at", big, (column) => column.notNull())
        .addColumn("seq", big, (column) => column.notNull())
        .addColumn("card", "text", (column) => column.notNull())
        .addColumn("artefact", bytes, (column) => column.notNull())
        .addPrimaryKeyConstraint("models_key", ["shop_id", "name", "version"])
        .execute();
      await db.schema
        .createTable("consumers")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("consumer", "text", (column) => column.notNull())
        .addColumn("cursor", big, (column) => column.notNull())
        .addColumn("state", bytes)
        .addPrimaryKeyConstraint("consumers_key", ["shop_id", "consumer"])
        .execute();
    },
  };
}
