import { type Kysely, type RawBuilder, sql } from "kysely";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { Breach, BreachFacts, BreachStore } from "../ports/breach-store.ts";
import { chunk } from "./chunk.ts";
import type { Dialect } from "./dialect.ts";
import type { Tables } from "./schema.ts";
import { subjectTables } from "./subject-tables.ts";

const atOnce = 500;
const tables = Object.keys(subjectTables) as (keyof typeof subjectTables)[];

const toBreach = (row: Tables["breaches"]): Breach => ({
  breachId: row.breach_id,
  shopId: row.shop_id as ShopId,
  openedAt: Number(row.opened_at),
  closedAt: row.closed_at === null ? null : Number(row.closed_at),
  facts: JSON.parse(row.facts) as BreachFacts,
});

const ofShop = (table: string, shopId: ShopId): RawBuilder<unknown> =>
  table === "webhook_messages" ? sql`endpoint_id in (select endpoint_id from webhook_endpoints where shop_id = ${shopId})` : sql`shop_id = ${shopId}`;

export function createBreachStore(db: Kysely<Tables>, dialect: Dialect): BreachStore {
  async function written<Value>(work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (error) {
      throw dialect.translateError(error);
    }
  }

  return {
    open: ({ breachId, shopId, openedAt, closedAt, facts }) =>
      written(async () => {
        const row = { breach_id: breachId, shop_id: shopId, opened_at: openedAt, closed_at: closedAt, facts: JSON.stringify(facts) };
        await db.insertInto("breaches").values(row).execute();
      }),

    async get(shopId, breachId) {
      const row = await db.selectFrom("breaches").selectAll().where("shop_id", "=", shopId).where("breach_id", "=", breachId).executeTakeFirst();
      return row === undefined ? null : toBreach(row);
    },

    async list(shopId) {
      return (
        await db.selectFrom("breaches").selectAll().where("shop_id", "=", shopId).orderBy("opened_at", "desc").orderBy("breach_id").execute()
      ).map(toBreach);
    },

    close: (shopId, breachId, at) =>
      written(async () => {
        const { numUpdatedRows } = await db
          .updateTable("breaches")
          .set({ closed_at: at })
          .where("shop_id", "=", shopId)
          .where("breach_id", "=", breachId)
          .where("closed_at", "is", null)
          .executeTakeFirstOrThrow();
        return numUpdatedRows > 0n;
      }),

    async affected(shopId, personIds) {
      const found = [];
      for (const table of tables) {
        let [rows, people] = [0, 0];
        for (const part of personIds === null ? [null] : chunk(personIds, atOnce)) {
          const among = part === null ? sql`person_id is not null` : sql`person_id in (${sql.join([...part])})`;
          const result = await sql<{ n: number; people: number }>`select count(*) as n, count(distinct person_id) as people
            from ${sql.table(table)} where ${ofShop(table, shopId)} and ${among}`.execute(db);
          rows += Number(result.rows[0]?.n ?? 0);
          people += Number(result.rows[0]?.people ?? 0);
        }
        if (rows > 0) found.push({ table, rows, people });
      }
      return found;
    },

    async everybody(shopId, after, limit) {
      const each = tables.map(
        (table) =>
          sql`select person_id from ${sql.table(table)} where ${ofShop(table, shopId)} and person_id is not null and person_id > ${after ?? ""}`,
      );
      const { rows } = await sql<{
        person_id: string;
      }>`select person_id from (${sql.join(each, sql` union `)}) as found order by person_id limit ${limit}`.execute(db);
      return rows.map(({ person_id }) => person_id as PersonId);
    },

    async tablesOf(shopId, personIds) {
      const found = new Map<PersonId, string[]>(personIds.map((personId) => [personId, []]));
      for (const part of chunk(personIds, atOnce))
        for (const table of tables) {
          const { rows } = await sql<{ person_id: string }>`select distinct person_id from ${sql.table(table)}
            where ${ofShop(table, shopId)} and person_id in (${sql.join([...part])})`.execute(db);
          for (const { person_id } of rows) found.get(person_id as PersonId)?.push(table);
        }
      return found;
    },
  };
}
