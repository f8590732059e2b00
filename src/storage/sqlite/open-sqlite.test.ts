import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, it } from "vitest";
import { subjectTables } from "../sql/subject-tables.ts";
import { testStore } from "../store.contract.ts";
import { testVault } from "../testing/test-vault.ts";
import { openSqlite } from "./open-sqlite.ts";

const folder = mkdtempSync(join(tmpdir(), "rapport-sqlite-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

testStore("sqlite in a file", () => openSqlite(join(folder, "contract.sqlite")));
testStore("sqlite in memory", () => openSqlite(":memory:"));
testStore("sqlite, sealed", () => openSqlite(join(folder, "sealed.sqlite"), testVault()));

describe("sqlite", () => {
  it("opens again what it kept", async () => {
    const path = join(folder, "again.sqlite");
    const shop = { shopId: "s" as never, name: "Kept", currency: "GBP", createdAt: 1 };
    const first = await openSqlite(path);
    await first.shops.create(shop, { personKey: "k", keyHashes: [] });
    await first.close();
    const second = await openSqlite(path);
    expect(await second.shops.list()).toEqual([shop]);
    await second.close();
  });

  it("every table that names a person is in the registry", async () => {
    const path = join(folder, "registry.sqlite");
    await (await openSqlite(path)).close();
    const raw = new DatabaseSync(path);
    const rows = raw
      .prepare("select m.name as name from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and c.name = 'person_id'")
      .all();
    raw.close();
    expect(rows.map((row) => row.name).sort()).toEqual(Object.keys(subjectTables).sort());
  });

  it("refuses a file that is no store, a folder it cannot make, and a store written by a newer version", async () => {
    const text = join(folder, "text.sqlite");
    writeFileSync(text, "not a database ".repeat(500));
    await expect(openSqlite(text)).rejects.toMatchObject({ problem: { code: "STORE_DAMAGED" } });
    await expect(openSqlite(join(text, "below-a-file", "x.sqlite"))).rejects.toMatchObject({ problem: { code: "DATA_FOLDER_UNUSABLE" } });
    const newer = join(folder, "newer.sqlite");
    await (await openSqlite(newer)).close();
    const raw = new DatabaseSync(newer);
    raw.exec("insert into kysely_migration (name, timestamp) values ('9999-from-the-future', '2030-01-01')");
    raw.close();
    await expect(openSqlite(newer)).rejects.toMatchObject({ problem: { code: "STORE_NEWER" } });
  });
});
