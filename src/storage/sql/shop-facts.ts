import { type Kysely, sql } from "kysely";
import type { EpochMs } from "#domain/clock.ts";
import type { LogSeq, ShopId } from "#domain/ids.ts";
import type { ShopFacts } from "../ports/store-care.ts";
import type { Tables } from "./schema.ts";

const weekMs = 7 * 24 * 3_600_000;
/** Columns whose text is JSON: what a flipped bit in the middle of a page leaves looking like a row. */
export const jsonColumns: Readonly<Partial<Record<keyof Tables, readonly string[]>>> = {
  log: ["lines", "impression", "detail"],
  items: ["categories", "attributes"],
  models: ["card"],
  webhook_endpoints: ["types", "secrets"],
};

/** What can be said of each shop in numbers, for whoever keeps the server running. */
export async function readShopFacts(db: Kysely<Tables>, now: EpochMs): Promise<readonly ShopFacts[]> {
  const shops = await db.selectFrom("shops").select(["shop_id", "name", "created_at"]).orderBy("created_at").orderBy("shop_id").execute();
  const facts: ShopFacts[] = [];
  for (const { shop_id: shopId, name, created_at } of shops) {
    const keys = await db.selectFrom("shop_keys").select("scope").where("shop_id", "=", shopId).execute();
    const last = await db
      .selectFrom("log")
      .select(["seq", "received_at"])
      .where("shop_id", "=", shopId)
      .orderBy("seq", "desc")
      .limit(1)
      .executeTakeFirst();
    const log = await db
      .selectFrom("log")
      .select([
        sql<number>`count(*)`.as("entries"),
        sql<number | null>`max(received_at)`.as("latest"),
        sql<number>`count(case when received_at > ${now - weekMs} then 1 end)`.as("week"),
      ])
      .where("shop_id", "=", shopId)
      .executeTakeFirstOrThrow();
    const consumer = await db
      .selectFrom("consumers")
      .select("cursor")
      .where("shop_id", "=", shopId)
      .where("consumer", "=", "learn")
      .executeTakeFirst();
    const learnt = consumer?.cursor ?? 0;
    const unlearnt = await db
      .selectFrom("log")
      .select(sql<number>`count(*)`.as("n"))
      .where("shop_id", "=", shopId)
      .where("seq", ">", learnt)
      .executeTakeFirstOrThrow();
    const people = await db.selectFrom("people").select(sql<number>`count(*)`.as("n")).where("shop_id", "=", shopId).executeTakeFirstOrThrow();
    const decided = await db
      .selectFrom("consents")
      .select([
        sql<number>`count(distinct person_id)`.as("n"),
        sql<number>`count(distinct case when purpose = 'personalize' and granted = 1 then person_id end)`.as("personalizable"),
      ])
      .where("shop_id", "=", shopId)
      .executeTakeFirstOrThrow();
    const scope = (which: string) => keys.filter((key) => key.scope === which).length;
    facts.push({
      shopId: shopId as ShopId,
      name,
      createdAt: created_at,
      keys: { write: scope("write"), server: scope("server") },
      head: (last?.seq ?? 0) as LogSeq,
      entries: Number(log.entries),
      lastReceivedAt: last?.received_at ?? null,
      latestReceivedAt: log.latest === null ? null : Number(log.latest),
      receivedLastWeek: Number(log.week),
      learnt: learnt as LogSeq,
      unlearnt: Number(unlearnt.n),
      people: Number(people.n),
      deciders: Number(decided.n),
      personalizable: Number(decided.personalizable),
    });
  }
  return facts;
}

/** SQLite: rows whose JSON is none any more, by table and column; and entries of the log of nobody that the store knows. */
export async function findUnreadableRows(db: Kysely<Tables>): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [table, columns] of Object.entries(jsonColumns))
    for (const column of columns) {
      const { rows } = await sql<{
        n: number;
      }>`select count(*) as n from ${sql.table(table)} where ${sql.ref(column)} is not null and not json_valid(${sql.ref(column)})`.execute(db);
      const n = Number(rows[0]?.n ?? 0);
      if (n > 0) found.push(`${table}.${column}: ${n} row${n === 1 ? "" : "s"}`);
    }
  const { rows } = await sql<{
    n: number;
  }>`select count(*) as n from log where not exists (select 1 from shops where shops.shop_id = log.shop_id)`.execute(db);
  const orphans = Number(rows[0]?.n ?? 0);
  if (orphans > 0) found.push(`log: ${orphans} entries of no shop`);
  return found;
}
