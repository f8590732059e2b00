import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HealthReply } from "#server/contract/console.ts";
import { migrateStore } from "#server/migrate-store.ts";
import type { LogEntry } from "#storage/ports.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { goldenEntries, goldenShop } from "#storage/testing/golden-shop.ts";
import { createApiClient } from "../support/api-client.ts";
import { freshSchema, postgresUrl } from "../support/fresh-schema.ts";
import { runRapport, serveRapport } from "../support/rapport-process.ts";
import { type TempFolder, tempFolder } from "../support/temp-folder.ts";
import { waitUntil } from "../support/wait-until.ts";

// migrate-store is killed in the middle, and written under: whoever comes next is told how it stands, nothing half is ever
// served, and the same command again brings it to its end.

const program = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const entries = 30_000;
const pristine = "source";

type Told = { readonly equal?: true; readonly rows?: number; readonly error?: { code: string; detail: string } };
const problemOf = (text: string) => (JSON.parse(text) as Told).error!;

describe("migrate-store that is killed, or written under", () => {
  let folder: TempFolder;
  const place = (name: string) => join(folder.path, name);
  const children = new Set<ChildProcess>();
  const schemas: Awaited<ReturnType<typeof freshSchema>>[] = [];

  beforeAll(async () => {
    folder = tempFolder("migrate-killed");
    const store = await openSqlite(join(place(pristine), "rapport.sqlite"));
    await store.shops.create(goldenShop, { personKey: "secret", keyHashes: [{ hash: "hash", scope: "server" }] });
    const golden = goldenEntries.find((entry): entry is LogEntry & { kind: "event" } => entry.kind === "event")!;
    for (let start = 0; start < entries; start += 5_000) {
      const some = Array.from({ length: 5_000 }, (_, at) => ({ ...golden, event: { ...golden.event, messageId: `m-${start + at}` as never } }));
      await store.log.append(goldenShop.shopId, some);
    }
    await store.close();
  }, 120_000);
  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    for (const schema of schemas) await schema.drop();
    folder.remove();
  });

  /** Starts it, and kills it so long after it has said these words. */
  async function killAfter(words: string, ms: number, from: string, to: string): Promise<void> {
    const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("RAPPORT_")));
    const child = spawn(process.execPath, [program, "migrate-store", "--from", from, "--to", to], {
      stdio: ["ignore", "pipe", "pipe"],
      env: environment,
    });
    children.add(child);
    const ended = once(child, "close") as Promise<[number | null, string | null]>;
    let said = "";
    await new Promise<void>((resolve) => {
      child.stderr!.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        if (said.includes(words)) resolve();
      });
      void ended.then(() => resolve());
    });
    await sleep(ms);
    child.kill("SIGKILL");
    const [, signal] = await ended;
    children.delete(child);
    expect(signal, `it was still at work: ${said}`).toBe("SIGKILL");
  }
  const migrate = (from: string, to: string) => runRapport(["migrate-store", "--from", from, "--to", to, "--json"]);
  async function expectEqual(from: string, to: string): Promise<string> {
    const { code, stdout, stderr } = await migrate(from, to);
    expect(code, stdout + stderr).toBe(0);
    const told = JSON.parse(stdout) as Told;
    expect(told).toMatchObject({ equal: true });
    expect(told.rows).toBeGreaterThan(entries);
    return stderr;
  }
  const shopsOf = async (environment: Record<string, string>) => {
    const { stdout, stderr } = await runRapport(["shop", "list", "--json"], environment);
    return stdout === "" ? stderr : stdout;
  };
  async function newSchema() {
    const schema = await freshSchema(postgresUrl!);
    schemas.push(schema);
    return schema;
  }

  it("to a folder, killed in the middle of copying: there is no store yet, the doctor says what lies there, and it can be run again", {
    timeout: 120_000,
  }, async () => {
    const to = place("half");
    await killAfter("copying", 250, place(pristine), to);
    expect(existsSync(join(to, "rapport.sqlite"))).toBe(false);
    expect(readdirSync(to)).toContain("rapport.sqlite.restoring");
    const { stdout } = await runRapport(["doctor", "--json", "--data", to]);
    expect(stdout).toMatch(/rapport\.sqlite\.restoring[^"]*: left by a restore or a backup that was cut off/);
    await expectEqual(place(pristine), to);
    expect(readdirSync(to).filter((name) => name.includes("restoring"))).toEqual([]);
  });

  it("to a folder, killed between copying and comparing: all is there, and run again it is compared", { timeout: 120_000 }, async () => {
    const to = place("uncompared");
    await killAfter("reading both again", 50, place(pristine), to);
    expect(existsSync(join(to, "rapport.sqlite"))).toBe(true);
    await expectEqual(place(pristine), to);
    // Lived on since: whoever moves into it again is told, and it is not touched.
    const raw = new DatabaseSync(join(to, "rapport.sqlite"));
    raw.exec("update log set name = 'changed' where seq = 7");
    raw.close();
    const again = await migrate(place(pristine), to);
    expect(again.code).toBe(1);
    expect(problemOf(again.stdout)).toMatchObject({ code: "RESTORE_TARGET_TAKEN", detail: expect.stringContaining("(log)") });
    const after = new DatabaseSync(join(to, "rapport.sqlite"), { readOnly: true });
    expect(after.prepare("select name from log where seq = 7").get()).toEqual({ name: "changed" });
    after.close();
  });

  it("a target with another shop is left alone", { timeout: 60_000 }, async () => {
    const to = place("taken");
    await runRapport(["shop", "create", "Other", "--data", to]);
    const refused = await migrate(place(pristine), to);
    expect([refused.code, problemOf(refused.stdout).code]).toEqual([1, "RESTORE_TARGET_TAKEN"]);
    expect(await shopsOf({ RAPPORT_DATA: to })).toContain("Other");
  });

  it("written to between copying and comparing: says which table, empties the new one, leaves the old one, and can be run again", {
    timeout: 120_000,
  }, async () => {
    const [from, to] = [place(pristine), place("unequal")];
    const write = (text: string) => {
      const raw = new DatabaseSync(join(from, "rapport.sqlite"));
      raw.exec(text);
      raw.close();
    };
    const meanwhile = (words: string) => {
      if (words.startsWith("reading both")) write("update log set name = 'another' where seq = 11");
    };
    await expect(migrateStore(from, to, 0, meanwhile)).rejects.toMatchObject({
      problem: { code: "MIGRATION_UNEQUAL", detail: expect.stringContaining("these tables differ: log;") },
    });
    expect(readdirSync(to).filter((name) => name.startsWith("rapport.sqlite"))).toEqual([]);
    await expectEqual(from, to);
    if (postgresUrl === undefined) return;
    const schema = await newSchema();
    const back = (words: string) => {
      if (words.startsWith("reading both"))
        write(
          "insert into log (seq, shop_id, kind, person_id, message_id, name, occurred_at, received_at, refused, lines) select 99999999, shop_id, kind, person_id, 'one-more', name, 1, 1, '', '[]' from log where seq = 11",
        );
    };
    await expect(migrateStore(from, schema.url, 0, back)).rejects.toMatchObject({ problem: { code: "MIGRATION_UNEQUAL" } });
    expect(await tablesIn(schema.url)).toEqual([]);
    write("delete from log where seq = 99999999");
    await expectEqual(from, schema.url);
  });

  async function tablesIn(url: string): Promise<string[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query<{ name: string }>("select tablename as name from pg_tables where schemaname = current_schema()");
    await client.end();
    return rows.map(({ name }) => name);
  }

  it.skipIf(postgresUrl === undefined)("to PostgreSQL and back, killed at either moment", { timeout: 240_000 }, async () => {
    const from = place(pristine);
    const schema = await newSchema();
    await killAfter("copying", 400, from, schema.url);
    // Nothing of it is there: it is a store with nothing in it.
    expect(await shopsOf({ RAPPORT_DATABASE_URL: schema.url })).not.toContain(goldenShop.name);
    await killAfter("reading both again", 50, from, schema.url);
    expect(await expectEqual(from, schema.url)).toBe("");
    const back = place("back");
    await killAfter("copying", 250, schema.url, back);
    expect(existsSync(join(back, "rapport.sqlite"))).toBe(false);
    await killAfter("reading both again", 50, schema.url, back);
    await expectEqual(schema.url, back);
  });

  it.skipIf(postgresUrl === undefined)("a PostgreSQL on which a server runs is refused, as source and as target", { timeout: 120_000 }, async () => {
    const [schema, empty] = [await newSchema(), await newSchema()];
    await runRapport(["shop", "create", "Live", "--json"], { RAPPORT_DATABASE_URL: schema.url });
    for (const [from, to, serving] of [
      [schema.url, place("from-live"), schema.url],
      [place(pristine), empty.url, empty.url],
    ] as const) {
      const server = await serveRapport([], { RAPPORT_DATABASE_URL: serving }, true);
      try {
        const { get } = createApiClient(server.address, "");
        await waitUntil("it leads", async () => ((await get<HealthReply>("/health")).body.learner.running ? true : null), 30_000);
        const refused = await migrate(from, to);
        expect([refused.code, problemOf(refused.stdout).code]).toEqual([1, "STORE_IN_USE"]);
      } finally {
        await server.stop();
      }
    }
    await expectLive(schema.url, place("from-live"));
  });

  async function expectLive(from: string, to: string): Promise<void> {
    const { code, stdout } = await migrate(from, to);
    expect([code, (JSON.parse(stdout) as Told).equal], stdout).toEqual([0, true]);
  }
});
