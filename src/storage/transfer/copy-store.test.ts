import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, it } from "vitest";
import { migrateStore } from "#server/migrate-store.ts";
import { freshSchema, postgresUrl } from "../../../tests/support/fresh-schema.ts";
import { ourTables, passingTables } from "../backup-tables.ts";
import { openPostgres } from "../postgres/open-postgres.ts";
import { openSqlite } from "../sqlite/open-sqlite.ts";
import { goldenEntries, goldenShop } from "../testing/golden-shop.ts";

const folder = mkdtempSync(join(tmpdir(), "rapport-migrate-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const quiet = () => {};

/** A store with a row, and an odd one, in every table there is, so that a table that is left out is found. */
async function fullStore(name: string): Promise<string> {
  const path = join(folder, name);
  const store = await openSqlite(join(path, "rapport.sqlite"));
  await store.shops.create(goldenShop, { personKey: "secret", keyHashes: [{ hash: "hash", scope: "server" }] });
  await store.log.append(goldenShop.shopId, goldenEntries);
  await store.close();
  const raw = new DatabaseSync(join(path, "rapport.sqlite"));
  for (const [table, { columns }] of await ourTables()) {
    if (passingTables.has(table)) continue;
    const kinds = new Map(
      raw
        .prepare(`select name, type from pragma_table_info(?)`)
        .all(table)
        .map((row) => [String(row.name), String(row.type).toLowerCase()]),
    );
    for (const odd of [0, 1]) {
      const values = columns.map((column) => {
        const kind = kinds.get(column)!;
        if (kind === "blob") return odd ? new Uint8Array([0, 255, 7]) : new Uint8Array();
        if (kind === "text") return odd ? `${column} ü "quoted", \n \ud83c\udf75` : column;
        if (kind.startsWith("double")) return odd ? 0.1 + 0.2 : 3;
        return column === "seq" && table === "log" ? 900 + odd : odd ? (column.endsWith("_at") || column === "at" ? 1_790_000_000_123 : 2) : 1;
      });
      raw
        .prepare(`insert into "${table}" (${columns.map((column) => `"${column}"`).join(", ")}) values (${columns.map(() => "?").join(", ")})`)
        .run(...values);
    }
  }
  // Numbers that were given out and deleted again are not given out a second time.
  raw.exec(
    "insert into log (seq, shop_id, kind, person_id, message_id, name, occurred_at, received_at, refused, lines) values (5000, 's', 'event', 'p', 'last', 'n', 1, 1, '', '[]'); delete from log where seq = 5000",
  );
  raw.close();
  return path;
}

async function nextSeq(open: Promise<Awaited<ReturnType<typeof openSqlite>>>): Promise<number> {
  const store = await open;
  const entry = goldenEntries[1]!;
  const [outcome] = await store.log.append(goldenShop.shopId, [
    entry.kind === "event" ? { ...entry, event: { ...entry.event, messageId: "new" as never } } : entry,
  ]);
  await store.close();
  return outcome!.kind === "appended" ? outcome!.seq : 0;
}

describe("migrate-store", () => {
  it("moves every table there is, from a folder to a folder", async () => {
    const from = await fullStore("all");
    const to = join(folder, "copy");
    const { tables } = await migrateStore(from, to, 0, quiet);
    const ours = [...(await ourTables()).keys()].filter((table) => !passingTables.has(table)).sort();
    expect(tables.map(({ table }) => table)).toEqual(ours);
    for (const { table, rows } of tables) expect(rows, table).toBeGreaterThanOrEqual(2);
    expect(await nextSeq(openSqlite(join(to, "rapport.sqlite")))).toBe(5001);
    await expect(migrateStore(from, to, 0, quiet)).rejects.toMatchObject({ problem: { code: "RESTORE_TARGET_TAKEN" } });
  });

  it.skipIf(postgresUrl === undefined)("moves every table to PostgreSQL and back", { timeout: 60_000 }, async () => {
    const from = await fullStore("there");
    const schema = await freshSchema(postgresUrl!);
    const there = await migrateStore(from, schema.url, 0, quiet);
    const back = await migrateStore(schema.url, join(folder, "back"), 0, quiet);
    expect(back.tables).toEqual(there.tables);
    expect(await nextSeq(openSqlite(join(folder, "back", "rapport.sqlite")))).toBe(5001);
    expect(await nextSeq(openPostgres(schema.url))).toBe(5001);
    await expect(migrateStore(from, schema.url, 0, quiet)).rejects.toMatchObject({ problem: { code: "RESTORE_TARGET_TAKEN" } });
    await schema.drop();
  });

  it("brings an older store up to date first, and refuses what is none", async () => {
    const old = join(folder, "old");
    await (await openSqlite(join(old, "rapport.sqlite"))).close();
    for (const ending of ["", "-wal", "-shm"]) rmSync(join(old, `rapport.sqlite${ending}`), { force: true });
    copyFileSync(new URL("../golden/schema-0001.sqlite", import.meta.url), join(old, "rapport.sqlite"));
    const { manifest } = await migrateStore(old, join(folder, "renewed"), 0, quiet);
    expect(manifest.shops.map(({ name }) => name)).toEqual([goldenShop.name]);
    await expect(migrateStore(join(folder, "nowhere"), join(folder, "x"), 0, quiet)).rejects.toMatchObject({ problem: { code: "FILE_MISSING" } });
    await expect(migrateStore(old, old, 0, quiet)).rejects.toMatchObject({ problem: { code: "OPTION_INVALID" } });
    expect(existsSync(join(folder, "x"))).toBe(false);
    const unreachable = "postgres://nobody@127.0.0.1:1/none";
    await expect(migrateStore(old, unreachable, 0, quiet)).rejects.toMatchObject({ problem: { code: "STORE_UNAVAILABLE" } });
  });
});
