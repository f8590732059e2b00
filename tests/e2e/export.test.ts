import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runEach, runRapport } from "../support/rapport-process.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = tempFolder("export");
const [from, to] = ["from", "to"].map((name) => join(folder.path, name));
const orders = fileURLToPath(new URL("../../docs/guide/sample-orders.csv", import.meta.url));
const file = (name: string) => join(folder.path, name);
afterAll(() => folder.remove());

beforeAll(async () => {
  const results = await runEach([
    ["shop", "create", "A", "--data", from!],
    ["import", "orders", orders, "--consent", "personalize,learn,measure", "--data", from!],
    ["shop", "create", "B", "--data", to!],
  ]);
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
}, 120_000);

describe("rapport export and rapport import export", () => {
  for (const format of ["jsonl", "csv", "parquet"] as const)
    it(`restores a shop from ${format}, once`, { timeout: 120_000 }, async () => {
      const data = join(folder.path, `to-${format}`);
      const kinds = ["customers", "items", "events"];
      const results = await runEach([
        ...kinds.map((kind) => ["export", kind, "--format", format, "--out", file(`${kind}.${format}`), "--data", from!, "--json"]),
        ["shop", "create", "B", "--data", data],
        ["import", "export", ...kinds.map((kind) => file(`${kind}.${format}`)), "--data", data, "--json"],
        ["import", "export", ...kinds.map((kind) => file(`${kind}.${format}`)), "--data", data, "--json"],
        ["export", "events", "--out", file(`again.${format}.jsonl`), "--data", data],
        ["export", "events", "--out", file(`first.${format}.jsonl`), "--data", from!],
        ["train", "--from-zero", "--json", "--data", data],
        ["train", "--from-zero", "--json", "--data", from!],
      ]);
      expect(results.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual(results.map(() => 0));
      for (const kind of kinds) expect(statSync(file(`${kind}.${format}`)).mode & 0o777).toBe(0o600);
      expect(results[0]!.stderr).toContain("personal data");
      expect(results[1]!.stderr).not.toContain("personal data");
      const files = (at: number) => (JSON.parse(results[at]!.stdout) as { files: { restored: number; known: number; rows: number }[] }).files;
      expect(files(4)).toMatchObject([
        { kind: "events", known: 0 },
        { kind: "items", known: 0 },
        { kind: "customers", restored: 0 },
      ]);
      for (const { rows, known, restored } of files(5)) expect({ known, restored }).toEqual({ known: rows, restored: 0 });
      expect(readFileSync(file(`again.${format}.jsonl`), "utf8")).toBe(readFileSync(file(`first.${format}.jsonl`), "utf8"));
      const [there, here] = [8, 9].map((at) => JSON.parse(results[at]!.stdout) as { same: boolean; counts: string });
      expect(there).toMatchObject({ same: true, counts: here!.counts });
    });

  it("writes to standard output and nothing else there", { timeout: 60_000 }, async () => {
    const { code, stdout, stderr } = await runRapport(["export", "items", "--data", from!]);
    expect(code).toBe(0);
    const items = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { itemId: string });
    expect(items.length).toBe(12);
    expect(stderr).toBe("12 rows\n");
  });

  it("leaves out what can no longer be read, and says how much", { timeout: 60_000 }, async () => {
    const damage = (statement: string) => {
      const database = new DatabaseSync(join(from!, "rapport.sqlite"));
      database.exec(statement);
      database.close();
    };
    damage(
      "create table kept as select seq, lines from log where kind = 'event' order by seq limit 2; update log set lines = '{broken' where seq in (select seq from kept)",
    );
    try {
      const [whole, said] = await runEach([
        ["export", "events", "--out", file("damaged.jsonl"), "--data", from!, "--json"],
        ["export", "events", "--out", file("damaged-too.jsonl"), "--data", from!],
      ]);
      const { rows, leftOut } = JSON.parse(whole!.stdout) as { rows: number; leftOut: number };
      expect({ code: whole!.code, leftOut }).toEqual({ code: 0, leftOut: 2 });
      expect(readFileSync(file("damaged.jsonl"), "utf8").trim().split("\n")).toHaveLength(rows);
      expect(said).toMatchObject({ code: 0, stderr: expect.stringContaining("2 events in the log cannot be read any more") });
    } finally {
      damage("update log set lines = (select kept.lines from kept where kept.seq = log.seq) where seq in (select seq from kept); drop table kept");
    }
  });

  it("says what is wrong with a place or a file", { timeout: 60_000 }, async () => {
    const results = await runEach([
      ["export", "items", "--out", join(folder.path, "nowhere", "x.csv"), "--data", from!],
      ["export", "everything", "--data", from!],
      ["export", "items", "--format", "xlsx", "--data", from!],
      ["import", "export", orders, "--data", to!],
      ["import", "export", join(folder.path, "missing.jsonl"), "--data", to!],
    ]);
    expect(results.map(({ code }) => code)).toEqual([1, 2, 2, 1, 1]);
    expect(results[0]!.stderr).toContain("OPTION_INVALID");
    expect(results[3]!.stderr).toContain("FILE_UNREADABLE");
    expect(results[4]!.stderr).toContain("FILE_MISSING");
  });
});
