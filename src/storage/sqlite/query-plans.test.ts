import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely, SqliteDialect } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LogSeq, PersonId, ShopId } from "#domain/ids.ts";
import { mintAllowed } from "#domain/mint-allowed.ts";
import { createLogReader } from "../sql/event-log.ts";
import { createForgetStore } from "../sql/forget.ts";
import { migrate } from "../sql/migrations.ts";
import type { Tables } from "../sql/schema.ts";
import { type NodeSqlite, openNodeSqlite } from "./node-sqlite-database.ts";
import { openSqlite } from "./open-sqlite.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";

// What is read again and again, while the log grows: it must cost what it answers, not what the log holds.

describe("query plans", () => {
  const folder = mkdtempSync(join(tmpdir(), "rapport-plans-"));
  const asked: { sql: string; parameters: readonly unknown[] }[] = [];
  let sqlite: NodeSqlite;
  let db: Kysely<Tables>;

  beforeAll(async () => {
    const path = join(folder, "plans.sqlite");
    await (await openSqlite(path)).close();
    sqlite = openNodeSqlite(path);
    db = new Kysely<Tables>({
      dialect: new SqliteDialect({ database: sqlite.database }),
      log: ({ query }) => void asked.push({ sql: query.sql, parameters: query.parameters }),
    });
  });
  afterAll(async () => {
    await db.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  async function plansOf(ask: () => Promise<unknown>, told = /\b(SCAN|SEARCH) log\b/): Promise<string[]> {
    asked.length = 0;
    await ask();
    return asked.flatMap(({ sql, parameters }) =>
      sqlite.raw
        .prepare(`explain query plan ${sql}`)
        .all(...(parameters as string[]))
        .map(({ detail }) => String(detail))
        .filter((detail) => told.test(detail)),
    );
  }

  const shopId = "shop" as ShopId;
  const leave = (count: number) => Array.from({ length: count }, (_, index) => mintAllowed(shopId, "learn", [`person-${index}` as PersonId]));
  const byPerson = "SEARCH log USING INDEX log_person (shop_id=? AND person_id=?)";

  it.each([1, 20, 200, 500])("histories of %i people are looked up by person, with and without a position up to which", async (people) => {
    const log = createLogReader(db);
    expect(await plansOf(() => log.histories(leave(people), { upTo: 1000 as LogSeq }))).toEqual([byPerson]);
    expect(await plansOf(() => log.histories(leave(people), {}))).toEqual([byPerson]);
  });

  it("one person's latest events are looked up by person", async () => {
    const log = createLogReader(db);
    expect(await plansOf(() => log.history(leave(1)[0]!, { limit: 300, types: ["view", "purchase"] }))).toEqual([byPerson]);
  });

  it("a store that is up to date is opened after one look, which is at nobody else's tables", async () => {
    asked.length = 0;
    await migrate(db, sqliteDialect);
    expect(asked.map(({ sql }) => sql)).toEqual(['select name from "kysely_migration" order by name']);
  });

  it("whoever is forgotten is looked up by person, and their events in the order of the index", async () => {
    const forgetting = createForgetStore(db, sqliteDialect);
    const personIds = ["person-1", "person-2"] as PersonId[];
    const after = { occurredAt: 7, seq: 5 as LogSeq };
    // Nothing is sorted.
    expect(await plansOf(() => forgetting.events(shopId, personIds[0]!, null, 100), /./)).toEqual([byPerson]);
    expect(await plansOf(() => forgetting.events(shopId, personIds[0]!, after, 100), /./)).toEqual([byPerson.replace(")", " AND occurred_at>?)")]);
    expect((await plansOf(() => forgetting.deleteEvents(shopId, personIds, 100)))[0]).toBe(byPerson);
  });

  it("a transaction that does not wait for the disk leaves the next one waiting for it, whether it succeeds or not", async () => {
    const synchronous = () => Number(sqlite.raw.prepare("pragma synchronous").get()!.synchronous);
    expect(synchronous()).toBe(2);
    expect(await sqliteDialect.withoutFlush(db, async () => synchronous())).toBe(1);
    expect(synchronous()).toBe(2);
    await expect(sqliteDialect.withoutFlush(db, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(synchronous()).toBe(2);
    // Nobody else writes in between.
    const during = sqliteDialect.withoutFlush(db, async () => void (await new Promise((resolve) => setTimeout(resolve, 20))));
    const other = db.transaction().execute(async () => synchronous());
    await during;
    expect(await other).toBe(2);
  });

  it("what came after a position is looked up by position", async () => {
    const log = createLogReader(db);
    for (const ask of [() => log.refs(shopId, 5 as LogSeq, 100), () => log.countAfter(shopId, 5 as LogSeq)])
      expect((await plansOf(ask))[0]).toMatch(/log_shop \(shop_id=\? AND seq>\?\)/);
  });
});
