import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { openPostgres } from "#storage/postgres/open-postgres.ts";
import { openNodeSqlite } from "#storage/sqlite/node-sqlite-database.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { freshSchema } from "../../tests/support/fresh-schema.ts";

// The yardstick: the same rows, in batches of the same size, each durable by itself, straight into the same tables of an
// empty store with the product's own settings, from one connection. No checks, no consent, no names, no HTTP.

const columns = ["shop_id", "kind", "person_id", "message_id", "type", "name", "occurred_at", "received_at", "currency", "refused", "lines"];

// Ids as long as the product's own: a shop's and a person's stand in every index, so shorter ones would be other rows.
const shopId = randomUUID();
const personIds = Array.from({ length: 100 }, () => randomBytes(16).toString("base64url"));

/** `cpuPerEvent`: microseconds of this process. */
export type Measured = { readonly perSecond: number; readonly cpuPerEvent: number };

function rowsOf(items: readonly string[], batchSize: number): (string | number | null)[] {
  const now = Date.now();
  return Array.from({ length: batchSize }, (_, index) => [
    shopId,
    "event",
    personIds[index % personIds.length]!,
    randomUUID(),
    "view",
    "Product Viewed",
    now,
    now,
    null,
    "",
    `[["${items[index % items.length]}",1,9.5]]`,
  ]).flat();
}

async function measure(seconds: number, batchSize: number, write: () => Promise<void> | void): Promise<Measured> {
  let rows = 0;
  const cpu = process.cpuUsage();
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) {
    await write();
    rows += batchSize;
  }
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: rows / ((performance.now() - start) / 1000), cpuPerEvent: (user + system) / rows };
}

export async function rawSqlite(items: readonly string[], batchSize: number, seconds: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "rapport-raw-"));
  const path = join(folder, "raw.sqlite");
  await (await openSqlite(path)).close();
  const { raw } = openNodeSqlite(path);
  const row = `(${columns.map(() => "?").join(",")})`;
  const insert = raw.prepare(`insert into log (${columns.join(", ")}) values ${Array.from({ length: batchSize }, () => row).join(",")}`);
  const measured = await measure(seconds, batchSize, () => {
    raw.exec("begin");
    insert.run(...rowsOf(items, batchSize));
    raw.exec("commit");
  });
  raw.close();
  rmSync(folder, { recursive: true, force: true });
  return measured;
}

export async function rawPostgres(url: string, items: readonly string[], batchSize: number, seconds: number): Promise<Measured> {
  const schema = await freshSchema(url);
  await (await openPostgres(schema.url)).close();
  const client = new pg.Client({ connectionString: schema.url });
  await client.connect();
  let place = 0;
  const rows = Array.from({ length: batchSize }, () => `(${columns.map(() => `$${++place}`).join(",")})`).join(",");
  const text = `insert into log (${columns.join(", ")}) values ${rows}`;
  const measured = await measure(seconds, batchSize, async () => {
    await client.query("begin");
    await client.query(text, rowsOf(items, batchSize));
    await client.query("commit");
  });
  await client.end();
  await schema.drop();
  return measured;
}
