import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Tables } from "../sql/schema.ts";
import { type NodeSqlite, openNodeSqlite } from "./node-sqlite-database.ts";
import { PatientDialect } from "./patient-dialect.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";

// While another connection writes, nobody in this thread waits but whoever wants to write.

describe("a connection that shares its file with another one that writes", () => {
  const folder = mkdtempSync(join(tmpdir(), "rapport-patient-"));
  let sqlite: NodeSqlite;
  let db: Kysely<Tables>;
  let other: DatabaseSync;

  beforeAll(() => {
    const path = join(folder, "patient.sqlite");
    sqlite = openNodeSqlite(path);
    db = new Kysely<Tables>({ dialect: new PatientDialect(sqlite) });
    sqlite.raw.exec("create table words (word text)");
    other = new DatabaseSync(path);
  });
  afterAll(async () => {
    other.close();
    await db.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  const words = async () => (await sql<{ word: string }>`select word from words order by rowid`.execute(db)).rows.map(({ word }) => word);
  const say = (word: string) => db.transaction().execute((transaction) => sql`insert into words values (${word})`.execute(transaction));

  it("goes on reading, and writes when it may, in the order in which it was asked", async () => {
    other.exec("begin immediate; insert into words values ('theirs')");
    let written = 0;
    const writing = ["first", "second"].map((word) => say(word).then(() => written++));
    let ticks = 0;
    for (const until = performance.now() + 200; performance.now() < until; ticks++) {
      expect(await words()).toEqual([]);
      await sleep(1);
    }
    // The thread was never asleep.
    expect(ticks).toBeGreaterThan(20);
    expect(written).toBe(0);
    other.exec("commit");
    await Promise.all(writing);
    expect(await words()).toEqual(["theirs", "first", "second"]);
  });

  it("goes on while a statement by itself waits, and gives back one that fails", async () => {
    other.exec("begin immediate");
    const saying = sql`insert into words values ('alone')`.execute(db);
    for (let times = 0; times < 5; times++) {
      expect(await words()).not.toContain("alone");
      await sleep(1);
    }
    other.exec("commit");
    await saying;
    expect((await words()).at(-1)).toBe("alone");
    await expect(sql`insert into words values ('alone', 2)`.execute(db)).rejects.toThrow();
    await expect(sql`delete from words where word = 'alone' and raise is null`.execute(db)).rejects.toThrow();
    await sql`delete from words where word = 'alone'`.execute(db);
    expect(sqlite.raw.isTransaction).toBe(false);
  });

  it("one that does not wait for the disk leaves others waiting for it, while it waits for its turn", async () => {
    other.exec("begin immediate");
    const quick = sqliteDialect.withoutFlush(db, async (transaction) => {
      await sql`insert into words values (${`quick ${sqlite.flushing()}`})`.execute(transaction);
    });
    await sleep(20);
    expect(sqlite.flushing()).toBe("full");
    const slow = db.transaction().execute((transaction) => sql`insert into words values (${`slow ${sqlite.flushing()}`})`.execute(transaction));
    await sleep(20);
    other.exec("commit");
    await Promise.all([quick, slow]);
    expect((await words()).slice(3).sort()).toEqual(["quick normal", "slow full"]);
    expect(sqlite.flushing()).toBe("full");
  });

  it("keeps one transaction from meeting the next, and gives a failed one back", async () => {
    const order: string[] = [];
    const one = (name: string, fails: boolean) =>
      db.transaction().execute(async () => {
        order.push(`${name} begins`);
        await sleep(5);
        order.push(`${name} ends`);
        if (fails) throw new Error(name);
      });
    const ended = await Promise.allSettled([one("a", false), one("b", true), one("c", false)]);
    expect(ended.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(order).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
  });
});
