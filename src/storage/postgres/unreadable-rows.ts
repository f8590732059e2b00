import { type Kysely, sql } from "kysely";
import type { Tables } from "../sql/schema.ts";
import { jsonColumns } from "../sql/shop-facts.ts";

const notJson = "22P02";
const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : "");

/** Rows whose JSON is none any more, by table and column; and entries of the log of nobody that the store knows. */
export async function findUnreadableRows(db: Kysely<Tables>): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [table, columns] of Object.entries(jsonColumns))
    for (const column of columns) {
      const bad = await countBad(db, table, column);
      if (bad > 0) found.push(`${table}.${column}: ${bad} row${bad === 1 ? "" : "s"}`);
    }
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from log where not exists (select 1 from shops where shops.shop_id = log.shop_id)`.execute(db);
  const orphans = Number(rows[0]?.n ?? 0);
  if (orphans > 0) found.push(`log: ${orphans} entries of no shop`);
  return found;
}

/** All at once, which ends at the first that is none; only then one by one, with a function that is gone with the connection. */
async function countBad(db: Kysely<Tables>, table: string, column: string): Promise<number> {
  try {
    await sql`select count((${sql.ref(column)})::json) from ${sql.table(table)}`.execute(db);
    return 0;
  } catch (error) {
    if (codeOf(error) !== notJson) throw error;
  }
  return db.connection().execute(async (one) => {
    await sql`create or replace function pg_temp.is_json(text) returns boolean language plpgsql as ${sql.lit(
      "begin perform $1::json; return true; exception when others then return false; end",
    )}`.execute(one);
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from ${sql.table(table)} where ${sql.ref(column)} is not null and not pg_temp.is_json(${sql.ref(column)})`.execute(one);
    return Number(rows[0]?.n ?? 0);
  });
}
