import { Kysely, PostgresDialect, SqliteDialect } from "kysely";
import { describe, expect, it } from "vitest";
import { freshSchema } from "../../../tests/support/fresh-schema.ts";
import { type Db, tablesOf } from "../backup-tables.ts";
import { openPool } from "../postgres/open-pool.ts";
import { dialect as postgresDialect } from "../postgres/open-postgres.ts";
import { openNodeSqlite } from "../sqlite/node-sqlite-database.ts";
import { sqliteDialect } from "../sqlite/sqlite-dialect.ts";
import type { Dialect } from "./dialect.ts";
import { migrate } from "./migrations.ts";
import { registeredTables, registryGaps } from "./registry.ts";
import type { Tables } from "./schema.ts";

async function found(db: Db, dialect: Dialect): Promise<Map<string, readonly string[]>> {
  return new Map([...(await tablesOf(db, dialect))].map(([name, { columns }]) => [name, columns]));
}

async function checkAll(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await migrate(db, dialect);
  expect(registryGaps(await found(db, dialect))).toEqual([]);
  await db.schema.createTable("newsletter_readers").addColumn("shop_id", "text").addColumn("person_id", "text").execute();
  await db.schema.createTable("scribbles").addColumn("shop_id", "text").addColumn("words", "text").execute();
  await db.schema.alterTable("contacts").addColumn("shoe_size", "text").execute();
  expect(registryGaps(await found(db, dialect)).sort()).toEqual([
    "contacts.shoe_size has no encryption class",
    "newsletter_readers names people (person_id) and is not registered",
    "scribbles is neither registered nor said to hold nobody",
  ]);
}

describe("the registry of personal data", () => {
  it("R43: is what SQLite really has; a table, a column or a hook that is missing is found", async () => {
    const { database } = openNodeSqlite(":memory:");
    const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
    await checkAll(db, sqliteDialect);
    await db.destroy();
  });

  const url = process.env.RAPPORT_TEST_POSTGRES_URL;
  it.skipIf(url === undefined)("R43: and what PostgreSQL really has", async () => {
    const schema = await freshSchema(url!);
    const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: openPool(schema.url) as never }) });
    await checkAll(db, postgresDialect);
    await db.destroy();
    await schema.drop();
  });

  it("R43: a registered table without hooks, and one that is gone, are found", () => {
    const extra = { name: "newsletter_readers", columns: { person_id: "pseudonymous" } } as const;
    expect(registryGaps(new Map([["newsletter_readers", ["person_id"]]]), [extra])).toEqual([
      "newsletter_readers has no hook that forgets",
      "newsletter_readers has no hook that exports",
      "newsletter_readers has no hook that expires",
    ]);
    expect(registryGaps(new Map(), [extra])).toEqual(["newsletter_readers is registered and not there"]);
  });

  it("R43: every table says what for, how long, and every column how it is kept", () => {
    for (const { name, purpose, expiry, columns } of registeredTables) {
      expect(purpose.length, name).toBeGreaterThan(10);
      expect(expiry.length, name).toBeGreaterThan(10);
      expect(
        Object.values(columns).every((kind) => ["clear", "pseudonymous", "sealed"].includes(kind)),
        name,
      ).toBe(true);
    }
  });
});
