import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "../dialect.ts";
import type { Tables } from "../schema.ts";

/** Outgoing webhooks: who is told of what, and the queue of messages. */
export function webhooks(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<Tables>) {
      const big = dialect.bigInteger;
      await db.schema
        .createTable("webhook_endpoints")
        .addColumn("endpoint_id", "text", (column) => column.primaryKey())
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("url", "text", (column) => column.notNull())
        .addColumn("types", "text", (column) => column.notNull())
        .addColumn("secrets", "text", (column) => column.notNull())
        .addColumn("created_at", big, (column) => column.notNull())
        .addColumn("stopped", "text")
        .addColumn("failing_since", big)
        .addColumn("last_success_at", big)
        .addColumn("paused_until", big, (column) => column.notNull())
        .addColumn("cursor", big, (column) => column.notNull())
        .execute();
      await db.schema.createIndex("webhook_endpoints_shop").on("webhook_endpoints").columns(["shop_id"]).execute();
      await db.schema
        .createTable("webhook_messages")
        .addColumn("endpoint_id", "text", (column) => column.notNull())
        .addColumn("message_id", "text", (column) => column.notNull())
        .addColumn("type", "text", (column) => column.notNull())
        .addColumn("body", "text", (column) => column.notNull())
        .addColumn("person_id", "text")
        .addColumn("created_at", big, (column) => column.notNull())
        .addColumn("state", "text", (column) => column.notNull())
        .addColumn("attempts", "integer", (column) => column.notNull())
        .addColumn("due_at", big, (column) => column.notNull())
        .addColumn("leased_until", big, (column) => column.notNull())
        .addColumn("lease", "text")
        .addColumn("finished_at", big)
        .addColumn("status", "integer")
        .addColumn("error", "text")
        .addPrimaryKeyConstraint("webhook_messages_key", ["endpoint_id", "message_id"])
        .execute();
      await db.schema.createIndex("webhook_messages_due").on("webhook_messages").columns(["endpoint_id", "state", "due_at"]).execute();
      await db.schema.createIndex("webhook_messages_time").on("webhook_messages").columns(["endpoint_id", "created_at"]).execute();
      await sql`create index log_news on log (shop_id, seq) where kind <> 'event'`.execute(db);
    },
  };
}
