import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "../dialect.ts";
import type { Tables } from "../schema.ts";

/** Keys, each sealed with the one above it, and how people can be reached. Names are sealed after this, when the key is at hand. */
export function vault(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<Tables>) {
      const big = dialect.bigInteger;
      await db.schema
        .createTable("vault_root")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("key_id", "text", (column) => column.notNull())
        .addColumn("sealed_upto", "integer", (column) => column.notNull())
        .execute();
      await db.schema
        .createTable("vault_keys")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("key_id", "text", (column) => column.notNull())
        .addColumn("kind", "text", (column) => column.notNull())
        .addColumn("sealed", "text", (column) => column.notNull())
        .addColumn("public_key", "text")
        .addColumn("created_at", big, (column) => column.notNull())
        .addColumn("retired_at", big)
        .addPrimaryKeyConstraint("vault_keys_key", ["shop_id", "kind", "key_id"])
        .execute();
      await db.schema
        .createTable("person_keys")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("person_id", "text", (column) => column.notNull())
        .addColumn("sealed", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("person_keys_key", ["shop_id", "person_id"])
        .execute();
      await db.schema
        .createTable("contacts")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("person_id", "text", (column) => column.notNull())
        .addColumn("email", "text")
        .addColumn("phone", "text")
        .addColumn("email_digest", "text")
        .addColumn("phone_digest", "text")
        .addColumn("basis", "text", (column) => column.notNull())
        .addColumn("changed_at", big, (column) => column.notNull())
        .addPrimaryKeyConstraint("contacts_key", ["shop_id", "person_id"])
        .execute();
      await db.schema.createIndex("contacts_email").on("contacts").columns(["shop_id", "email_digest"]).execute();
      await db.schema.createIndex("contacts_phone").on("contacts").columns(["shop_id", "phone_digest"]).execute();
      // Sealed names have no order, and nobody is looked up by one.
      await db.schema.dropIndex("people_name").execute();
      await db.schema.createIndex("people_kind").on("people").columns(["shop_id", "kind", "person_id"]).execute();
    },
  };
}
