import { appendFileSync, chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Environment, type RunningRapport, runEach, runRapport, serveRapport } from "../support/rapport-process.ts";
import { tempFolder } from "../support/temp-folder.ts";

// `rapport doctor`: what it finds, how bad that is, and that there is always something to do about it. Damage of the
// store itself is in damaged-store.test.ts.

type Finding = { check: string; level: "ok" | "warning" | "error"; says: string; todo?: string };
const folder = tempFolder("doctor");
const data = join(folder.path, "data");
let server: RunningRapport | null = null;

beforeAll(async () => {
  const orders = join(folder.path, "orders.csv");
  const lines = Array.from({ length: 300 }, (_, at) => `O-${at},C-${at % 40},item-${at % 12},2026-01-1${at % 9} 10:00:00,1,9.5`);
  writeFileSync(orders, `order_id,customer_id,product_id,ordered_at,quantity,price\n${lines.join("\n")}\n`);
  const made = await runEach([
    ["shop", "create", "Alpha", "--data", data],
    ["import", "orders", orders, "--data", data, "--consent", "personalize,learn,measure"],
  ]);
  for (const { code, stderr } of made) if (code !== 0) throw new Error(stderr);
});
afterAll(async () => {
  await server?.killHard();
  folder.remove();
});

async function examine(environment: Environment = {}): Promise<{ code: number | null; findings: Finding[]; bad: Finding[] }> {
  const [{ code, stdout, stderr }] = (await runEach([["doctor", "--data", data, "--json"]], environment)) as [
    { code: number; stdout: string; stderr: string },
  ];
  expect(stderr).toBe("");
  const { healthy, errors, warnings, findings } = JSON.parse(stdout) as { healthy: boolean; errors: number; warnings: number; findings: Finding[] };
  const bad = findings.filter(({ level }) => level !== "ok");
  expect([errors, warnings]).toEqual(["error", "warning"].map((level) => findings.filter((finding) => finding.level === level).length));
  expect([code, healthy]).toEqual(errors > 0 ? [1, false] : [0, true]);
  for (const finding of bad) expect(finding.todo, finding.says).toMatch(/\w{3}/);
  return { code, findings, bad };
}

function raw<Row>(query: string): Row | undefined {
  const database = new DatabaseSync(join(data, "rapport.sqlite"), { readOnly: true });
  const row = database.prepare(query).get() as Row | undefined;
  database.close();
  return row;
}

/** Changes the store behind its back, looks, and changes it back. */
async function withChange(change: string, undo: string, look: () => Promise<void>): Promise<void> {
  const run = (statement: string) => {
    const raw = new DatabaseSync(join(data, "rapport.sqlite"));
    raw.exec(statement);
    raw.close();
  };
  run(change);
  try {
    await look();
  } finally {
    run(undo);
  }
}

describe("rapport doctor", () => {
  it("finds nothing wrong with an installation that is well, stopped or running, and says what it looked at", async () => {
    const stopped = await examine();
    expect(stopped.bad).toEqual([]);
    const checks = [
      "runtime",
      "settings",
      "data folder",
      "server",
      "store",
      "keys",
      "disk",
      "clock",
      "shops",
      "consent",
      "learning",
      "models",
      "forgetting",
      "rights",
      "audit",
      "breaches",
      "feeds",
      "webhooks",
    ];
    expect(stopped.findings.map(({ check }) => check)).toEqual(checks);
    server = await serveRapport(["--data", data], {}, true);
    const running = await examine();
    expect(running.bad).toEqual([]);
    expect(running.findings.find(({ check }) => check === "server")!.says).toContain(server.address);
    await server.killHard();
    server = null;
    expect((await examine()).bad).toEqual([]);
  });

  it("says it in words, with a sign a line", async () => {
    const { code, stdout } = await runRapport(["doctor", "--data", data]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ runtime/);
    expect(stdout).toMatch(/All is well\.\n$/);
    const missing = await runRapport(["doctor", "--data", join(folder.path, "nowhere")]);
    expect(missing.code).toBe(1);
    expect(missing.stdout).toMatch(/✗ data folder .*\n\s+→ /);
  });

  it("misspelt and impossible settings", async () => {
    const { bad } = await examine({
      RAPPORT_OUTBOUND_ALOW: "x",
      RAPPORT_SOMETHING_ELSE: "x",
      RAPPORT_OUTBOUND_ALLOW: "10.0.0.0/99",
      RAPPORT_PUBLIC_ADDRESS: "shop",
      RAPPORT_KERNEL_THREADS: "two",
      RAPPORT_RETENTION: "browsing=soon",
      RAPPORT_SMALL_CELL: "0",
    });
    const said = bad.filter(({ check }) => check === "settings").map(({ says, todo }) => `${says} ${todo}`);
    expect(said.find((line) => line.includes("RAPPORT_OUTBOUND_ALOW"))).toContain("Was RAPPORT_OUTBOUND_ALLOW meant?");
    for (const name of [
      "RAPPORT_SOMETHING_ELSE",
      "RAPPORT_OUTBOUND_ALLOW: ",
      "RAPPORT_PUBLIC_ADDRESS",
      "RAPPORT_KERNEL_THREADS",
      "RAPPORT_RETENTION: ",
      "RAPPORT_SMALL_CELL: ",
    ])
      expect(
        said.some((line) => line.includes(name)),
        name,
      ).toBe(true);
    // What they hold is not repeated: it may be a password.
    const [{ stdout }] = (await runEach([["doctor", "--data", data]], { RAPPORT_DATABASE_URL: "mysql://root:hunter2@db/x" })) as unknown as [
      { stdout: string },
    ];
    expect(stdout).toContain("RAPPORT_DATABASE_URL");
    expect(stdout).not.toContain("hunter2");
  });

  it.skipIf(process.platform === "win32")("a folder that others can read, and files that are not Rapport's", async () => {
    chmodSync(data, 0o755);
    writeFileSync(join(data, "rapport.sqlite.bak"), "x");
    writeFileSync(join(data, "rapport.sqlite.restoring"), "x");
    // What a server has written there by itself is no stranger.
    for (const name of ["erasure-journal.jsonl", "audit-anchors.jsonl"]) appendFileSync(join(data, name), "");
    try {
      const said = (await examine()).bad.map(({ level, says }) => `${level}: ${says}`);
      expect(said).toEqual([
        expect.stringMatching(/^warning: other users/),
        expect.stringMatching(/^warning: rapport.sqlite.restoring: left/),
        expect.stringMatching(/^warning: rapport.sqlite.bak: not/),
      ]);
    } finally {
      chmodSync(data, 0o700);
      for (const name of ["rapport.sqlite.bak", "rapport.sqlite.restoring"]) rmSync(join(data, name));
    }
  });

  it("shops without keys, models that do not load or are not there, consent that nobody gave, feeds and webhooks that fail", async () => {
    const look = (check: string, level: string, words: string) => async () => {
      const found = (await examine()).bad.filter((finding) => finding.check === check);
      expect(found).toEqual([expect.objectContaining({ level, says: expect.stringContaining(words) })]);
    };
    await withChange(
      "create table kept as select * from shop_keys; delete from shop_keys where scope = 'server'",
      "delete from shop_keys; insert into shop_keys select * from kept; drop table kept",
      async () => {
        await look("shops", "error", "has no server key")();
      },
    );
    await withChange(
      "update models set artefact = cast(substr(artefact, 1, 200) || x'00' || substr(artefact, 202) as blob) where name = 'popular'",
      "delete from models where name = 'popular'",
      look("models", "error", "popular"),
    );
    await look("models", "warning", "there is no model popular")();
    await runEach([["train", "--data", data]]);
    await withChange(
      "update consents set granted = 0 where purpose = 'personalize'",
      "update consents set granted = 1 where purpose = 'personalize'",
      look("consent", "warning", "nobody allows personalize"),
    );
    await withChange(
      `insert into webhook_endpoints select 'w', shop_id, 'https://hooks.example/secret-path', '[]', '[]', 0, 'failing', 1, null, 0, 0 from shops`,
      "delete from webhook_endpoints",
      look("webhooks", "warning", "hooks.example"),
    );
    await withChange(
      "update log set lines = '{broken' where seq = (select max(seq) from log)",
      "update log set lines = '[]' where lines = '{broken'",
      look("store", "error", "log.lines: 1 row"),
    );
  });

  it("an audit log that somebody has changed, and a breach that waits to be told", async () => {
    const of = async (check: string) => (await examine()).bad.filter((finding) => finding.check === check);
    const trigger =
      "create trigger audit_entries_no_update before update on audit_entries begin select raise(abort, 'the audit log only grows'); end";
    await withChange(
      `drop trigger audit_entries_no_update; create table kept as select * from audit_entries;
        update audit_entries set entry = replace(entry, 'shop.created', 'shop.existing') where seq = 1`,
      `update audit_entries set entry = (select kept.entry from kept where kept.seq = audit_entries.seq) where seq = 1; drop table kept; ${trigger}`,
      async () => expect((await of("audit"))[0]).toMatchObject({ level: "error", says: expect.stringContaining("Alpha") }),
    );
    expect(await of("audit")).toEqual([]);
    await runEach([["breach", "open", "--what", "database", "--since", "2026-01-10", "--data", data]]);
    expect(await of("breaches")).toEqual([expect.objectContaining({ level: "warning", says: expect.stringContaining("0 % of them") })]);
    const { breachId } = raw<{ breachId: string }>("select breach_id as breachId from breaches")!;
    await withChange("update breaches set opened_at = opened_at - 864000000", "update breaches set opened_at = opened_at + 864000000", async () =>
      expect(await of("breaches")).toEqual([expect.objectContaining({ level: "error", says: expect.stringContaining("should have been told") })]),
    );
    await runEach([["breach", "close", breachId, "--data", data]]);
    expect(await of("breaches")).toEqual([]);
  });
});
