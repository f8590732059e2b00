import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "../dialect.ts";
import type { Tables } from "../schema.ts";

/** Events that were taken back, who is whom as something that can be undone, and which decisions are a person's own. */
export function identity(dialect: Dialect): Migration {
  return {
    async up(db: Kysely<Tables>) {
      const big = dialect.bigInteger;
      await db.schema.alterTable("log").addColumn("detail", "text").execute();
      await sql`create index log_order on log (shop_id, order_id) where order_id is not null`.execute(db);
      await db.schema
        .createTable("retractions")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("target_seq", big, (column) => column.notNull())
        .addColumn("person_id", "text", (column) => column.notNull())
        .addColumn("seq", big, (column) => column.notNull())
        .addPrimaryKeyConstraint("retractions_key", ["shop_id", "person_id", "target_seq"])
        .execute();
      await db.schema
        .createTable("identity_links")
        .addColumn("shop_id", "text", (column) => column.notNull())
        .addColumn("seq", big, (column) => column.notNull())
        .addColumn("kind", "text", (column) => column.notNull())
        .addColumn("person_id", "text", (column) => column.notNull())
        .addColumn("base_id", "text", (column) => column.notNull())
        .addColumn("root_id", "text")
        .addColumn("session_id", "text")
        .addColumn("at", big, (column) => column.notNull())
        .addColumn("undone_seq", big)
        .addPrimaryKeyConstraint("identity_links_key", ["shop_id", "seq"])
        .execute();
      for (const column of ["person_id", "base_id", "root_id", "session_id"])
        await db.schema.createIndex(`identity_links_${column}`).on("identity_links").columns(["shop_id", column]).execute();
      await db.schema
        .alterTable("people")
        .addColumn("met", "integer", (column) => column.notNull().defaultTo(1))
        .execute();
      await db.schema
        .alterTable("consents")
        .addColumn("own", "integer", (column) => column.notNull().defaultTo(1))
        .execute();
      await sql`update consents set own = 0 where how = 'merge'`.execute(db);
      await sql`
        insert into identity_links (shop_id, seq, kind, person_id, base_id, root_id, session_id, at, undone_seq)
        select p.shop_id, min(l.seq), 'claim', p.person_id, p.person_id, p.root_id, null, min(l.occurred_at), null
        from people p join log l on l.shop_id = p.shop_id and l.person_id = p.person_id
        where p.root_id <> p.person_id and l.kind = 'link'
        group by p.shop_id, p.person_id, p.root_id`.execute(db);
    },
  };
}
