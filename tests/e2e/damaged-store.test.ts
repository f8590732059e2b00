import { spawnSync } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSeededRandom } from "#kernels/seeded-random.ts";
import { errorCatalogue } from "#server/contract/error-codes.ts";
import type { ErrorReply } from "#server/contract/errors.ts";
import type { IngestReply } from "#server/contract/segment.ts";
import { bearer, createApiClient } from "../support/api-client.ts";
import { type Finished, type RunningRapport, runEach, runRapport, serveRapport } from "../support/rapport-process.ts";
import { mountSmallDisk } from "../support/small-disk.ts";
import { tempFolder } from "../support/temp-folder.ts";

// What a disk, a power cut or a wrong file may leave in the data folder: said clearly, by its name in the catalogue, with
// what to do; never a stack, and nothing acknowledged is lost that the disk still has.

const folder = tempFolder("damaged");
const at = (...names: string[]) => join(folder.path, ...names);
const random = createSeededRandom(5);
const traces = /\n\s+at |node:internal|node_modules|SqliteError|ERR_SQLITE/;
let serverKey = "";
let server: RunningRapport | null = null;
const acknowledged: string[] = [];

const eventsOf = (round: number, count: number) =>
  Array.from({ length: count }, (_, number) => ({
    type: "track",
    event: "Product Viewed",
    messageId: `e-${round}-${number}`,
    userId: `customer-${number % 20}`,
    properties: { product_id: `item-${(number * 7) % 30}` },
  }));

/** A store that was killed while its log was full: rapport.sqlite, and rapport.sqlite-wal with the latest of it. */
beforeAll(async () => {
  const created = await runRapport(["shop", "create", "Sound", "--data", at("sound"), "--json"]);
  serverKey = (JSON.parse(created.stdout) as { serverKey: string }).serverKey;
  server = await serveRapport(["--data", at("sound")], {}, true);
  const api = createApiClient(server.address, bearer(serverKey));
  for (let number = 0; number < 20; number++)
    await api.put("/v1/consents", { customerId: `customer-${number}`, purposes: { personalize: true, learn: true, measure: true } });
  for (let round = 0; round < 12; round++) {
    const batch = eventsOf(round, 50);
    expect((await api.post<IngestReply>("/v1/batch", { batch })).body.accepted).toBe(50);
    acknowledged.push(...batch.map(({ messageId }) => messageId));
  }
  await server.killHard();
  server = null;
});
afterAll(async () => {
  await server?.killHard();
  folder.remove();
});

function copy(name: string): string {
  rmSync(at(name), { recursive: true, force: true });
  cpSync(at("sound"), at(name), { recursive: true });
  return at(name);
}
/** Everything in the one file, as after a clean stop. */
function settled(name: string): string {
  const path = copy(name);
  const raw = new DatabaseSync(join(path, "rapport.sqlite"));
  raw.exec("pragma wal_checkpoint(truncate)");
  raw.close();
  return path;
}
function flip(file: string, from: number, bytes: number): void {
  const handle = openSync(file, "r+");
  writeSync(handle, Buffer.from(Array.from({ length: bytes }, () => random.int(256))), 0, bytes, from);
  closeSync(handle);
}
function readIds(path: string): string[] {
  const raw = new DatabaseSync(join(path, "rapport.sqlite"), { readOnly: true });
  try {
    expect(raw.prepare("pragma integrity_check").get()!.integrity_check).toBe("ok");
    return raw
      .prepare("select message_id as id from log where message_id like 'e-%' order by seq")
      .all()
      .map(({ id }) => String(id));
  } finally {
    raw.close();
  }
}
function expectRefusal({ code, stdout, stderr }: Finished, due: keyof typeof errorCatalogue): ErrorReply["error"] {
  expect(`${stdout}${stderr}`).not.toMatch(traces);
  expect(code, stdout + stderr).toBe(1);
  const { error } = JSON.parse(stdout) as ErrorReply;
  expect(error).toMatchObject({ code: due, message: errorCatalogue[due].message, remedy: errorCatalogue[due].remedy });
  return error;
}
const serveIn = (path: string) => ["serve", "--port", "0", "--data", path, "--json"];

describe("a power cut", () => {
  it("the log of the last writes is cut off anywhere: it opens, and holds what was acknowledged up to the cut, in order", async () => {
    const whole = statSync(at("sound/rapport.sqlite-wal")).size;
    expect(whole).toBeGreaterThan(50_000);
    let sometimesLost = false;
    const cuts = [whole, whole - 1, 0, 1, 31, 32, ...Array.from({ length: 6 }, () => random.int(whole))];
    for (const cut of cuts) {
      const path = copy("cut");
      // The index of the log is in memory that a power cut empties.
      rmSync(join(path, "rapport.sqlite-shm"), { force: true });
      truncateSync(join(path, "rapport.sqlite-wal"), cut);
      const [listed, examined] = await runEach([
        ["shop", "list", "--data", path, "--json"],
        ["doctor", "--data", path, "--json"],
      ]);
      if (listed!.code !== 0) {
        // The first start was not on the disk yet: a shop is only there once it was acknowledged.
        expectRefusal(listed!, "STORE_DAMAGED");
        continue;
      }
      expect(`${examined!.stdout}${examined!.stderr}`).not.toMatch(traces);
      const ids = readIds(path);
      // A prefix: nothing in the middle is missing, and nothing is there half or twice.
      expect(ids).toEqual(acknowledged.slice(0, ids.length));
      expect(ids.length % 50).toBe(0);
      if (cut === whole) expect(ids).toEqual(acknowledged);
      sometimesLost ||= ids.length < acknowledged.length;
    }
    // The disk itself had lost what it had said it had written; what it keeps its word on is all there.
    expect(sometimesLost).toBe(true);
  });

  it("zeros or rubbish at the end of that log: what stands before is there", async () => {
    for (const tail of [Buffer.alloc(4096), Buffer.from(Array.from({ length: 4096 }, () => random.int(256)))]) {
      const path = copy("tail");
      rmSync(join(path, "rapport.sqlite-shm"), { force: true });
      writeFileSync(join(path, "rapport.sqlite-wal"), tail, { flag: "a" });
      server = await serveRapport(["--data", path], {}, true);
      const api = createApiClient(server.address, bearer(serverKey));
      expect((await api.post<IngestReply>("/v1/batch", { batch: eventsOf(99, 10) })).body.accepted).toBe(10);
      await server.killHard();
      server = null;
      expect(readIds(path)).toEqual([...acknowledged, ...eventsOf(99, 10).map(({ messageId }) => messageId)]);
    }
  });
});

describe("a damaged file", () => {
  it("rubbish in any page is said as STORE_DAMAGED, with what to do, or does no harm to what is told; never as a stack", async () => {
    const { size } = statSync(join(settled("size"), "rapport.sqlite"));
    const pages = Math.floor(size / 4096);
    let refused = 0;
    for (const page of [0, 1, 2, ...Array.from({ length: 5 }, () => random.int(pages))]) {
      const path = settled("page");
      flip(join(path, "rapport.sqlite"), page * 4096, 4096);
      const [listed, examined] = await runEach([
        ["shop", "list", "--data", path, "--json"],
        ["doctor", "--data", path, "--json"],
      ]);
      for (const { stdout, stderr } of [listed!, examined!]) expect(`${stdout}${stderr}`).not.toMatch(traces);
      if (listed!.code !== 0) expectRefusal(listed!, "STORE_DAMAGED");
      const { healthy, findings } = JSON.parse(examined!.stdout) as { healthy: boolean; findings: { check: string; level: string; todo?: string }[] };
      if (healthy) continue;
      refused++;
      expect(examined!.code).toBe(1);
      const store = findings.find(({ check, level }) => check === "store" && level === "error")!;
      expect(store.todo).toContain("rapport restore");
    }
    // Pages that hold nothing may hold anything.
    expect(refused).toBeGreaterThan(6);
  });

  it("a server does not start on it, and says what to do", async () => {
    for (const [from, bytes] of [
      [0, 100],
      [4096, 4096],
      [8 * 4096, 20 * 4096],
    ] as const) {
      const path = settled("start");
      flip(join(path, "rapport.sqlite"), from, bytes);
      const [started] = await runEach([serveIn(path)]);
      expect(expectRefusal(started!, "STORE_DAMAGED").remedy).toContain("rapport restore");
      expect(existsSync(join(path, "server.json"))).toBe(false);
    }
  });

  it("a server that meets damage while it runs answers 503 and says so, writes nothing more, and its health is degraded", async () => {
    const path = settled("running");
    server = await serveRapport(["--data", path], {}, true);
    const api = createApiClient(server.address, bearer(serverKey));
    const { size } = statSync(join(path, "rapport.sqlite"));
    flip(join(path, "rapport.sqlite"), 4096, size - 4096);
    let last: { status: number; body: ErrorReply } | null = null;
    for (let round = 200; round < 260 && last?.status !== 503; round++)
      last = await api.post<ErrorReply>("/v1/batch", {
        batch: eventsOf(round, 40).map((event) => ({ ...event, userId: `new-${round}-${event.messageId}` })),
      });
    expect([last!.status, last!.body.error.code]).toEqual([503, "STORE_DAMAGED"]);
    expect((await api.post<ErrorReply>("/v1/batch", { batch: eventsOf(300, 1) })).status).toBe(503);
    const health = await api.get<{ status: string }>("/health");
    expect([health.status, health.body.status]).toEqual([503, "degraded"]);
    expect(server.output()).not.toMatch(/SqliteError|ERR_SQLITE/);
    await server.killHard();
    server = null;
  });

  it("half a file, and an empty one beside its log, are said; the log is not thrown away", async () => {
    const half = settled("half");
    truncateSync(join(half, "rapport.sqlite"), 8192);
    const gone = copy("gone");
    rmSync(join(gone, "rapport.sqlite"));
    const log = readFileSync(join(gone, "rapport.sqlite-wal"));
    const empty = copy("empty");
    truncateSync(join(empty, "rapport.sqlite"), 0);
    const ended = await runEach([half, gone, empty].map(serveIn));
    for (const one of ended) expectRefusal(one, "STORE_DAMAGED");
    expect(readFileSync(join(gone, "rapport.sqlite-wal")).equals(log)).toBe(true);
    expect(existsSync(join(gone, "rapport.sqlite"))).toBe(false);
  });
});

describe("a wrong file", () => {
  const store = (name: string) => {
    mkdirSync(at(name), { recursive: true });
    return at(name, "rapport.sqlite");
  };
  function change(name: string, statement: string): string {
    const path = settled(name);
    const raw = new DatabaseSync(join(path, "rapport.sqlite"));
    raw.exec(statement);
    raw.close();
    return path;
  }

  it("says what is no database, another program's database, a newer store, one that lacks a step or a table", async () => {
    writeFileSync(store("text"), "no database ".repeat(1000));
    writeFileSync(store("short"), "?");
    const foreign = new DatabaseSync(store("foreign"));
    foreign.exec("create table invoices (id integer); insert into invoices values (1)");
    foreign.close();
    const before = readFileSync(at("foreign/rapport.sqlite"));
    const cases: [string, keyof typeof errorCatalogue][] = [
      [at("text"), "STORE_DAMAGED"],
      [at("short"), "STORE_DAMAGED"],
      [at("foreign"), "STORE_FOREIGN"],
      [change("newer", "insert into kysely_migration (name, timestamp) values ('9999-from-the-future', '2030-01-01')"), "STORE_NEWER"],
      [change("lacking", "delete from kysely_migration where name like '0002%'"), "STORE_DAMAGED"],
      [change("no-shops", "drop table shops"), "STORE_DAMAGED"],
    ];
    const commands = cases.flatMap(([path]) => [
      serveIn(path),
      ["shop", "list", "--data", path, "--json"],
      ["backup", at("never.backup"), "--data", path, "--json"],
      ["doctor", "--data", path, "--json"],
    ]);
    const ended = await runEach(commands);
    for (const [number, [path, due]] of cases.entries()) {
      const [served, listed, backed, examined] = ended.slice(4 * number, 4 * number + 4);
      for (const one of [served!, listed!, backed!]) expectRefusal(one, due);
      expect([path, examined!.code]).toEqual([path, 1]);
      expect(`${examined!.stdout}${examined!.stderr}`).not.toMatch(traces);
      expect(JSON.parse(examined!.stdout)).toMatchObject({ healthy: false });
    }
    expect(readFileSync(at("foreign/rapport.sqlite")).equals(before)).toBe(true);
    expect(existsSync(at("never.backup"))).toBe(false);
  });

  it("an older schema is brought up to date, and doctor says so before", async () => {
    copyFileSync(new URL("../../src/storage/golden/schema-0001.sqlite", import.meta.url), store("older"));
    const [examined, backed, listed, again, opened] = await runEach([
      ["doctor", "--data", at("older"), "--json"],
      ["backup", at("older.backup"), "--data", at("older"), "--json"],
      ["shop", "list", "--data", at("older"), "--json"],
      ["restore", at("older.backup"), "--data", at("older-restored"), "--json"],
      // Whoever opens a store first seals it.
      ["shop", "list", "--data", at("older-restored"), "--json"],
    ]);
    const { healthy, findings } = JSON.parse(examined!.stdout) as { healthy: boolean; findings: { check: string; level: string; says: string }[] };
    expect(healthy).toBe(true);
    expect(findings.find(({ check }) => check === "store")).toMatchObject({ level: "warning", says: expect.stringContaining("0001-first-schema") });
    expect([backed!.code, listed!.code, again!.code], backed!.stdout + again!.stdout).toEqual([0, 0, 0]);
    expect(opened).toEqual(listed);
    expect(JSON.parse(backed!.stdout)).toMatchObject({ schemaStep: "0001-first-schema" });
    const dump = (path: string) => {
      const raw = new DatabaseSync(join(path, "rapport.sqlite"), { readOnly: true });
      const tables = raw.prepare("select name from sqlite_master where type = 'table' and name not like 'kysely%' order by name").all();
      const all = tables.map(({ name }) => [
        name,
        raw
          .prepare(`select * from "${String(name)}"`)
          .all()
          .map(withoutSealed),
      ]);
      raw.close();
      return all;
    };
    // Each of the two was sealed with keys of its own. What is sealed is compared below.
    const ofKeys = ["key_id", "public_key", "created_at"];
    const withoutSealed = (row: Record<string, unknown>) =>
      Object.fromEntries(
        Object.entries(row).map(([column, value]) => {
          const differs = (typeof value === "string" && value.startsWith("\u0001")) || ("key_id" in row && ofKeys.includes(column));
          return [column, differs ? "sealed" : value];
        }),
      );
    const [older, restored] = [dump(at("older")), dump(at("older-restored"))];
    expect(restored).toEqual(older);
    expect(JSON.stringify(older)).toContain('"external_id":"sealed"');
    const exported = await runEach(["older", "older-restored"].map((name) => ["export", "customers", "--data", at(name)]));
    expect(exported[0]!.stdout).toContain('"c-1"');
    expect(exported[1]).toEqual(exported[0]);
  });

  it("a data path that is a file, or lies below one", async () => {
    writeFileSync(at("a-file"), "");
    const ended = await runEach([at("a-file"), at("a-file/below")].flatMap((path) => [serveIn(path), ["shop", "list", "--data", path, "--json"]]));
    for (const one of ended) expect(expectRefusal(one, "DATA_FOLDER_UNUSABLE").detail).toBeTypeOf("string");
    const [examined] = await runEach([["doctor", "--data", at("a-file"), "--json"]]);
    expect([examined!.code, examined!.stdout]).toEqual([1, expect.stringContaining("is a file")]);
  });
});

describe("a clock that goes backwards", () => {
  it("the log keeps its order and loses nothing; doctor says by how much", async () => {
    const path = settled("clock");
    const raw = new DatabaseSync(join(path, "rapport.sqlite"));
    const aheadMs = 3 * 24 * 3_600_000;
    raw.exec(`update log set received_at = received_at + ${aheadMs}`);
    raw.close();
    server = await serveRapport(["--data", path], {}, true);
    const api = createApiClient(server.address, bearer(serverKey));
    expect((await api.post<IngestReply>("/v1/batch", { batch: eventsOf(77, 20) })).body.accepted).toBe(20);
    expect((await api.post<IngestReply>("/v1/batch", { batch: eventsOf(77, 20) })).body.dropped).toEqual({ DUPLICATE: 20 });
    expect(readIds(path)).toEqual([...acknowledged, ...eventsOf(77, 20).map(({ messageId }) => messageId)]);
    const [examined] = await runEach([["doctor", "--data", path, "--json"]]);
    expect(examined!.code).toBe(1);
    const { findings } = JSON.parse(examined!.stdout) as { findings: { check: string; level: string; says: string }[] };
    expect(findings.find(({ check }) => check === "clock")).toMatchObject({ level: "error", says: expect.stringContaining("3 days") });
    await server.killHard();
    server = null;
  });
});

const probe = mountSmallDisk(1);
probe?.remove();

describe.skipIf(probe === null)("a read-only disk", () => {
  it("is said by every command that must write; what only reads goes on, a backup included", async () => {
    const disk = mountSmallDisk(32)!;
    try {
      const from = settled("read-only");
      for (const name of ["rapport.sqlite", "server.lock"]) if (existsSync(join(from, name))) copyFileSync(join(from, name), join(disk.path, name));
      expect(spawnSync("mount", ["-o", "remount,ro", disk.path]).status).toBe(0);
      const file = at("read-only.backup");
      const [served, made, backed, examined] = await runEach([
        serveIn(disk.path),
        ["shop", "create", "New", "--data", disk.path, "--json"],
        ["backup", file, "--data", disk.path, "--json"],
        ["doctor", "--data", disk.path, "--json"],
      ]);
      for (const one of [served!, made!]) expectRefusal(one, "DATA_FOLDER_UNUSABLE");
      expect([backed!.code, backed!.stdout + backed!.stderr]).toEqual([0, expect.stringContaining('"Sound"')]);
      expect([examined!.code, examined!.stdout]).toEqual([1, expect.stringContaining("cannot be written")]);
      expect(`${examined!.stdout}${examined!.stderr}`).not.toMatch(traces);
      const [restored] = await runEach([["restore", file, "--data", disk.path, "--json"]]);
      expectRefusal(restored!, "RESTORE_TARGET_TAKEN");
      const [below] = await runEach([["restore", file, "--data", join(disk.path, "below"), "--json"]]);
      expectRefusal(below!, "DATA_FOLDER_UNUSABLE");
    } finally {
      disk.remove();
    }
  });
});
