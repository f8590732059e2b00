import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ShopId } from "#domain/ids.ts";
import { openShopLearner } from "#learning/shop-learner.ts";
import { composeHouse } from "#server/compose.ts";
import { errorCatalogue } from "#server/contract/error-codes.ts";
import type { ErrorReply } from "#server/contract/errors.ts";
import type { IngestReply } from "#server/contract/segment.ts";
import { bearer, createApiClient } from "../support/api-client.ts";
import { freshSchema, postgresUrl } from "../support/fresh-schema.ts";
import { type Finished, type RunningRapport, runEach, runRapport, serveRapport, testKey } from "../support/rapport-process.ts";
import { mountSmallDisk } from "../support/small-disk.ts";
import { tempFolder } from "../support/temp-folder.ts";

// A backup is what one moment saw of the store, taken while the server goes on; restored, it is the same shop.

// What this process opens itself was sealed by those that it starts.
process.env.RAPPORT_KEY = testKey;
const folder = tempFolder("backup");
const at = (...names: string[]) => join(folder.path, ...names);
let server: RunningRapport | null = null;
let serverKey = "";

type Manifest = {
  rows: Record<string, number>;
  shops: { name: string; head: number }[];
  whole: boolean;
  sha256: string;
  fileSha256: string;
  from: string;
};
const manifestOf = ({ code, stdout, stderr }: Finished): Manifest => {
  expect(code, stdout + stderr).toBe(0);
  return JSON.parse(stdout) as Manifest;
};
function expectRefusal({ code, stdout, stderr }: Finished, due: keyof typeof errorCatalogue): string {
  expect(`${stdout}${stderr}`).not.toMatch(/\n\s+at |node:internal/);
  expect(code, stdout + stderr).toBe(1);
  const { error } = JSON.parse(stdout) as ErrorReply;
  expect(error).toMatchObject({ code: due, remedy: errorCatalogue[due].remedy });
  return error.detail!;
}

/** Everything in a store's file, table by table, but who leads just now. */
function contents(path: string, upTo = Number.MAX_SAFE_INTEGER): Record<string, unknown[]> {
  const raw = new DatabaseSync(join(path, "rapport.sqlite"), { readOnly: true });
  try {
    expect(raw.prepare("pragma integrity_check").get()!.integrity_check).toBe("ok");
    const tables = raw
      .prepare("select name from sqlite_master where type = 'table' and name not like 'kysely%' and name <> 'leaders' order by name")
      .all();
    return Object.fromEntries(
      tables.map(({ name }) => [String(name), raw.prepare(`select * from "${String(name)}"${name === "log" ? ` where seq <= ${upTo}` : ""}`).all()]),
    );
  } finally {
    raw.close();
  }
}

/** The indexes and tables as they are written in the schema. */
function schemaOf(path: string): unknown[] {
  const raw = new DatabaseSync(join(path, "rapport.sqlite"), { readOnly: true });
  const made = raw.prepare("select type, name, sql from sqlite_master order by type, name").all();
  raw.close();
  return made;
}

async function counts(dataFolder: string, databaseUrl?: string): Promise<string> {
  const house = await composeHouse({ dataFolder, databaseUrl });
  try {
    const [shop] = await house.store.shops.list();
    const learner = await openShopLearner(shop!.shopId as ShopId, house);
    await learner.catchUp();
    return createHash("sha256").update(learner.encoded()).digest("hex");
  } finally {
    await house.store.close();
  }
}

const batchOf = (round: number) =>
  Array.from({ length: 40 }, (_, number) => ({
    type: "track",
    event: number % 5 === 0 ? "Order Completed" : "Product Viewed",
    messageId: `b-${round}-${number}`,
    userId: `customer-${(round + number) % 30}`,
    properties:
      number % 5 === 0
        ? { order_id: `o-${round}-${number}`, products: [{ product_id: `item-${number % 17}`, price: 9.99, quantity: 2 }] }
        : { product_id: `item-${(number * 3) % 17}`, name: "Tasse “für” zwölf\u2028" },
  }));

beforeAll(async () => {
  const created = await runRapport(["shop", "create", "Alpha", "--data", at("alpha"), "--json"]);
  serverKey = (JSON.parse(created.stdout) as { serverKey: string }).serverKey;
  server = await serveRapport(["--data", at("alpha")], {}, true);
  const api = createApiClient(server.address, bearer(serverKey));
  for (let number = 0; number < 30; number++)
    await api.put("/v1/consents", { customerId: `customer-${number}`, purposes: { personalize: true, learn: number % 3 !== 0, measure: true } });
  for (let round = 0; round < 20; round++) await api.post("/v1/batch", { batch: batchOf(round) });
});
afterAll(async () => {
  await server?.killHard();
  folder.remove();
});

/** But for the notes that somebody copied it: in the original, and where the backup was made. */
function withoutNotes(name: string) {
  const { audit_entries, ...rest } = contents(at(name));
  return { ...rest, audit: audit_entries!.filter((row) => !JSON.stringify(row).includes("backup.written")) };
}
const expectCopy = (name: string) => expect(withoutNotes(name)).toEqual(withoutNotes("alpha"));

describe("backup and restore", () => {
  it("while the server takes events in: what was acknowledged before is in it, what is in it is a whole moment", async () => {
    const api = createApiClient(server!.address, bearer(serverKey));
    let round = 100;
    let stopping = false;
    let acknowledged = 0;
    const sending = (async () => {
      while (!stopping) {
        expect((await api.post<IngestReply>("/v1/batch", { batch: batchOf(round++) })).status).toBe(200);
        acknowledged = round - 100;
      }
    })();
    await sleep(300);
    const before = acknowledged;
    const backed = await runRapport(["backup", at("running.backup"), "--data", at("alpha"), "--json"]);
    stopping = true;
    await sending;
    expect(acknowledged).toBeGreaterThan(before);
    const manifest = manifestOf(backed);
    expect(manifest.fileSha256).toBe(
      createHash("sha256")
        .update(readFileSync(at("running.backup")))
        .digest("hex"),
    );
    expect(statSync(at("running.backup")).mode & 0o077).toBe(0);

    const [verified, restored] = await runEach([
      ["backup", "--verify", at("running.backup"), "--json"],
      ["restore", at("running.backup"), "--data", at("restored"), "--json"],
    ]);
    expect(manifestOf(verified!).sha256).toBe(manifest.sha256);
    expect(manifestOf(restored!).shops).toEqual(manifest.shops);
    const head = manifest.shops[0]!.head;
    const there = contents(at("restored"));
    expect(there.log).toEqual(contents(at("alpha"), head).log);
    expect(there.log!.at(-1)).toMatchObject({ seq: head });
    for (const [table, rows] of Object.entries(there))
      if (table in manifest.rows) expect([table, rows.length]).toEqual([table, manifest.rows[table]]);
    const ids = new Set(there.log!.map((row) => (row as { message_id: string }).message_id));
    for (let sent = 0; sent < before; sent++) for (const { messageId } of batchOf(100 + sent)) expect(ids.has(messageId), messageId).toBe(true);
  });

  it("of a store that rests: equal in every table and index; keys open it, learning goes on from where it was, the counts are the same", async () => {
    expect(await server!.stop()).toBe(0);
    server = null;
    const backed = await runRapport(["backup", at("resting.backup"), "--data", at("alpha"), "--json"]);
    const manifest = manifestOf(backed);
    manifestOf(await runRapport(["restore", at("resting.backup"), "--data", at("again"), "--json"]));
    expect(contents(at("again"))).toEqual(contents(at("alpha")));
    expect(schemaOf(at("again"))).toEqual(schemaOf(at("alpha")));
    // That everything was copied is noted, in the copy too.
    const { stdout: audited } = await runRapport(["audit", "show", "--data", at("again"), "--json"]);
    expect(audited).toContain('"backup.written"');
    expect(existsSync(at("again", "rapport.sqlite.restoring"))).toBe(false);
    expect(await counts(at("again"))).toBe(await counts(at("alpha")));

    server = await serveRapport(["--data", at("again")], {}, true);
    const api = createApiClient(server.address, bearer(serverKey));
    expect((await api.post<IngestReply>("/v1/batch", { batch: batchOf(0) })).body.dropped).toEqual({ DUPLICATE: 40 });
    expect((await api.post<IngestReply>("/v1/batch", { batch: batchOf(900) })).body.accepted).toBe(40);
    await server.killHard();
    server = null;
    const grown = contents(at("again")).log as { seq: number; message_id: string }[];
    expect(grown.find(({ message_id }) => message_id === "b-900-0")!.seq).toBeGreaterThan(manifest.shops[0]!.head);
  });

  it("overwrites nothing: neither a file, nor a store, and names both shops", async () => {
    const bytes = readFileSync(at("resting.backup"));
    await runEach([["shop", "create", "Beta", "--data", at("beta")]]);
    const [twice, same, other] = await runEach([
      ["backup", at("resting.backup"), "--data", at("alpha"), "--json"],
      ["restore", at("resting.backup"), "--data", at("alpha"), "--json"],
      ["restore", at("resting.backup"), "--data", at("beta"), "--json"],
    ]);
    expectRefusal(twice!, "FILE_EXISTS");
    expect(readFileSync(at("resting.backup")).equals(bytes)).toBe(true);
    expect(expectRefusal(same!, "RESTORE_TARGET_TAKEN")).toContain("the same shop");
    const detail = expectRefusal(other!, "RESTORE_TARGET_TAKEN");
    for (const word of ["another shop", "Alpha", "Beta"]) expect(detail).toContain(word);
    const [listed] = await runEach([["shop", "list", "--data", at("beta"), "--json"]]);
    expect(listed!.stdout).toContain("Beta");
  });

  it("one shop of several; into a folder whose name it makes up; into a folder that a command has only looked at", async () => {
    await runEach([
      ["restore", at("resting.backup"), "--data", at("two")],
      ["shop", "create", "Second", "--data", at("two")],
    ]);
    const [one, unknown, both] = await runEach([
      ["backup", at("one.backup"), "--data", at("two"), "--shop", "Alpha", "--json"],
      ["backup", at("none.backup"), "--data", at("two"), "--shop", "Nobody's", "--json"],
      ["backup", `${at("backups")}/`, "--data", at("two"), "--json"],
    ]);
    expect(manifestOf(one!)).toMatchObject({ whole: false, shops: [{ name: "Alpha" }] });
    expectRefusal(unknown!, "SHOP_UNKNOWN");
    expect(manifestOf(both!).shops.map(({ name }) => name)).toEqual(["Alpha", "Second"]);
    expect(readdirSync(at("backups"))).toEqual([expect.stringMatching(/^rapport-.*Z\.backup$/)]);
    const [, restored] = await runEach([
      ["shop", "list", "--data", at("one")],
      ["restore", at("one.backup"), "--data", at("one"), "--json"],
    ]);
    manifestOf(restored!);
    expectCopy("one");
  });

  it("a damaged one, a cut off one, one that is none: said, nothing is restored; the next good one is", async () => {
    const bytes = readFileSync(at("resting.backup"));
    const text = gunzipSync(bytes).toString("utf8");
    const tampered = text.replace("item-1", "item-9");
    const files: [string, Uint8Array | string, keyof typeof errorCatalogue][] = [
      ["flipped", Buffer.from(bytes.map((byte, place) => (place === 3000 ? byte ^ 0x40 : byte))), "BACKUP_DAMAGED"],
      ["cut", bytes.subarray(0, bytes.length - 20), "BACKUP_DAMAGED"],
      ["half", bytes.subarray(0, bytes.length / 2), "BACKUP_DAMAGED"],
      ["tampered", gzipSync(tampered), "BACKUP_DAMAGED"],
      ["endless", gzipSync(text.slice(0, text.lastIndexOf('{"end"'))), "BACKUP_DAMAGED"],
      ["text", "not a backup\n", "BACKUP_DAMAGED"],
      ["empty", "", "BACKUP_DAMAGED"],
      ["newer", gzipSync(text.replace('"formatVersion":1', '"formatVersion":7')), "STORE_NEWER"],
    ];
    for (const [name, content] of files) writeFileSync(at(`${name}.backup`), content);
    const ended = await runEach(
      files.flatMap(([name]) => [
        ["backup", "--verify", at(`${name}.backup`), "--json"],
        ["restore", at(`${name}.backup`), "--data", at("never"), "--json"],
      ]),
    );
    for (const [number, [, , due]] of files.entries()) for (const one of ended.slice(2 * number, 2 * number + 2)) expectRefusal(one, due);
    expect(readdirSync(at("never")).filter((name) => name.startsWith("rapport"))).toEqual([]);
    const [missing, good] = await runEach([
      ["restore", at("not-there.backup"), "--data", at("never"), "--json"],
      ["restore", at("resting.backup"), "--data", at("never"), "--json"],
    ]);
    expectRefusal(missing!, "FILE_MISSING");
    manifestOf(good!);
  });

  it("what a restore that was killed has left is no obstacle", async () => {
    await runEach([["restore", at("resting.backup"), "--data", at("killed")]]);
    const whole = statSync(at("killed/rapport.sqlite")).size;
    truncateSync(at("killed/rapport.sqlite"), Math.floor(whole / 2));
    writeFileSync(at("killed/rapport.sqlite.restoring"), readFileSync(at("killed/rapport.sqlite")));
    for (const ending of ["", "-wal", "-shm"])
      if (existsSync(at(`killed/rapport.sqlite${ending}`))) truncateSync(at(`killed/rapport.sqlite${ending}`), 0);
    manifestOf(await runRapport(["restore", at("resting.backup"), "--data", at("killed"), "--json"]));
    expectCopy("killed");
  });

  it("the demo shop comes along with its keys", async () => {
    const demo = await serveRapport(["--demo", "--data", at("demo")], {}, true);
    await demo.killHard();
    const [backed, restored] = await runEach([
      ["backup", at("demo.backup"), "--data", at("demo"), "--json"],
      ["restore", at("demo.backup"), "--data", at("demo-again"), "--json"],
    ]);
    manifestOf(backed!);
    manifestOf(restored!);
    expect(readFileSync(at("demo-again/demo-shop.json"), "utf8")).toBe(readFileSync(at("demo/demo-shop.json"), "utf8"));
    expect(contents(at("demo-again"))).toEqual(contents(at("demo")));
  });
});

const probe = mountSmallDisk(1);
probe?.remove();

describe.skipIf(probe === null)("a full disk", () => {
  it("leaves no half a backup, and no half a store", async () => {
    const disk = mountSmallDisk(1)!;
    try {
      writeFileSync(join(disk.path, "filler"), Buffer.alloc(1_000_000));
      const [backed, restored] = await runEach([
        ["backup", join(disk.path, "a.backup"), "--data", at("alpha"), "--json"],
        ["restore", at("resting.backup"), "--data", join(disk.path, "data"), "--json"],
      ]);
      expectRefusal(backed!, "STORE_FULL");
      expectRefusal(restored!, "STORE_FULL");
      expect(readdirSync(disk.path).sort()).toEqual(["data", "filler"]);
      expect(readdirSync(join(disk.path, "data")).filter((name) => name.startsWith("rapport"))).toEqual([]);
    } finally {
      disk.remove();
    }
  });
});

if (postgresUrl === undefined) it.skip("skipped: backups of PostgreSQL (set RAPPORT_TEST_POSTGRES_URL)", () => {});
else
  describe("PostgreSQL", () => {
    it("a backup of a file goes into a database, and one of the database into a file: the same shop", async () => {
      const [first, second] = [await freshSchema(postgresUrl!), await freshSchema(postgresUrl!)];
      try {
        const inFirst = { RAPPORT_DATABASE_URL: first.url };
        const [restored, again, backed] = await runEach(
          [
            ["restore", at("resting.backup"), "--json"],
            ["restore", at("resting.backup"), "--json"],
            ["backup", at("postgres.backup"), "--json"],
          ],
          inFirst,
        );
        manifestOf(restored!);
        expectRefusal(again!, "RESTORE_TARGET_TAKEN");
        expect(manifestOf(backed!).from).toBe("postgres");
        expect(await counts(at("none"), first.url)).toBe(await counts(at("alpha")));
        manifestOf(await runRapport(["restore", at("postgres.backup"), "--data", at("from-postgres"), "--json"]));
        const sorted = (name: string) =>
          Object.fromEntries(Object.entries(withoutNotes(name)).map(([table, rows]) => [table, rows.map((row) => JSON.stringify(row)).sort()]));
        expect(sorted("from-postgres")).toEqual(sorted("alpha"));
        // An older schema into a database in which somebody has already looked around.
        const older = new URL("../../src/storage/golden/schema-0001.sqlite", import.meta.url);
        mkdirSync(at("golden"));
        copyFileSync(older, at("golden/rapport.sqlite"));
        manifestOf(await runRapport(["backup", at("golden.backup"), "--data", at("golden"), "--json"]));
        const [, old, examined] = await runEach(
          [
            ["shop", "list", "--json"],
            ["restore", at("golden.backup"), "--json"],
            ["doctor", "--json"],
          ],
          { RAPPORT_DATABASE_URL: second.url },
        );
        manifestOf(old!);
        expect(examined!.code, examined!.stdout).toBe(0);
      } finally {
        await first.drop();
        await second.drop();
      }
    });
  });
