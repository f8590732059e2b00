import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "../dialect.ts";
import type { Tables } from "../schema.ts";

/** Shop platforms that call, what they last told of orders and products, and what people asked through them. */
export function connections(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<Tables>) {
      const big = dialect.bigInteger;
      await db.schema
        .createTable("connections")
        .addColumn("connection_id", "text", (column) => column.primaryKey())
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("platform", "text", (column) => column.notNull())
        .addColumn("secret", "text", (column) => column.notNull())
        .addColumn("item_id_source", "text", (column) => column.notNull())
        .addColumn("consents", "text", (column) => column.notNull())
        .addColumn("notice", "text")
        .addColumn("created_at", big, (column) => column.notNull())
        .addUniqueConstraint("connections_platform", ["shop_id", "platform"])
        .execute();
      await db.schema
        .createTable("order_records")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("order_id", "text", (column) => column.notNull())
        .addColumn("person_id", "text", (column) => column.notNull())
        .addColumn("changed_at", big, (column) => column.notNull())
        .addColumn("state", "text", (column) => column.notNull())
        .addColumn("digest", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("order_records_key", ["shop_id", "order_id"])
        .execute();
      await db.schema
        .createTable("product_records")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("platform", "text", (column) => column.notNull())
        .addColumn("product_id", "text", (column) => column.notNull())
        .addColumn("changed_at", big, (column) => column.notNull())
        .addColumn("item_ids", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("product_records_key", ["shop_id", "platform", "product_id"])
        .execute();
      await db.schema
        .createTable("rights_requests")
        .addColumn("request_id", "text", (column) => column.notNull())
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("kind", "text", (column) => column.notNull())
        .addColumn("platform", "text", (column) => column.notNull())
        .addColumn("person_id", "text")
        .addColumn("reference", "text")
        .addColumn("at", big, (column) => column.notNull())
        .addColumn("due_at", big, (column) => column.notNull())
        .addColumn("state", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("rights_requests_key", ["shop_id", "request_id"])
        .execute();
    },
  };
}
