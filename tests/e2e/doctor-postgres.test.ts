import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { postgresUrl } from "../support/fresh-schema.ts";
import { createOwnPostgres, type OwnPostgres } from "../support/own-postgres.ts";
import { runEach, serveRapport } from "../support/rapport-process.ts";
import { waitUntil } from "../support/wait-until.ts";

// `rapport doctor` on PostgreSQL: how it is set, who leads, what is in it that should not be, each with what to do.

type Finding = { readonly check: string; readonly level: string; readonly says: string; readonly todo?: string };

describe.skipIf(postgresUrl === undefined)("rapport doctor on PostgreSQL", () => {
  let postgres: OwnPostgres;
  let environment: Record<string, string>;

  beforeAll(async () => {
    const own = await createOwnPostgres();
    if (own === null) throw new Error("the programs of PostgreSQL are missing");
    postgres = own;
    postgres.start();
    environment = { RAPPORT_DATABASE_URL: postgres.url };
  }, 120_000);
  afterAll(() => postgres?.remove());

  async function query(...texts: readonly string[]): Promise<void> {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    try {
      for (const text of texts) await client.query(text);
    } finally {
      await client.end();
    }
  }
  async function examine(): Promise<{ code: number | null; findings: readonly Finding[] }> {
    const [{ code, stdout, stderr }] = (await runEach([["doctor", "--json"]], environment)) as [
      { code: number | null; stdout: string; stderr: string },
    ];
    expect(stdout, stderr).toContain("findings");
    return { code, findings: (JSON.parse(stdout) as { findings: Finding[] }).findings };
  }
  const of = (findings: readonly Finding[], check: string) => findings.filter((finding) => finding.check === check);
  /** Something is wrong: it is found, with what to do, and it is not found any more when it is put right. */
  async function finds(check: string, level: string, says: string | RegExp, wrong: readonly string[], right: readonly string[]): Promise<void> {
    await query(...wrong);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { code, findings } = await examine();
    const found = of(findings, check).filter((finding) => finding.level === level && new RegExp(says).test(finding.says));
    expect(found, JSON.stringify(findings)).toHaveLength(1);
    expect(found[0]!.todo).not.toBe("");
    if (level === "error") expect(code).toBe(1);
    await query(...right);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(of((await examine()).findings, check).filter((finding) => new RegExp(says).test(finding.says))).toEqual([]);
  }
  const setting = (text: string) => [`alter system set ${text}`, "select pg_reload_conf()"];
  const reset = (name: string) => [`alter system reset ${name}`, "select pg_reload_conf()"];

  it("says that there is no store, and that one is well", { timeout: 120_000 }, async () => {
    expect(of((await examine()).findings, "store")).toEqual([expect.objectContaining({ level: "warning", says: expect.stringContaining("empty") })]);
    await runEach([["shop", "create", "Tea", "--json"]], environment);
    const { findings } = await examine();
    expect(of(findings, "database")).toEqual([
      { check: "database", level: "ok", says: expect.stringMatching(/^PostgreSQL \d+.*commits wait for its disk/) },
    ]);
    expect(of(findings, "server")).toEqual([{ check: "server", level: "ok", says: "none is running on this database" }]);
    expect(of(findings, "store")).toEqual([expect.objectContaining({ level: "ok" })]);
  });

  it("what makes an acknowledgement worth less than it says", { timeout: 240_000 }, async () => {
    await finds("database", "error", "fsync is off", setting("fsync = off"), reset("fsync"));
    await finds("database", "error", "synchronous_commit is off", setting("synchronous_commit = off"), reset("synchronous_commit"));
    await finds("database", "warning", "full_page_writes is off", setting("full_page_writes = off"), reset("full_page_writes"));
  });

  it("what is in it that should not be, or is missing, or cannot be read", { timeout: 240_000 }, async () => {
    await finds(
      "store",
      "warning",
      "tables that are not Rapport's: orders_of_somebody",
      ["create table orders_of_somebody (n int)"],
      ["drop table orders_of_somebody"],
    );
    await finds(
      "store",
      "error",
      "tables are missing: order_records",
      ["alter table order_records rename to elsewhere"],
      ["alter table elsewhere rename to order_records"],
    );
    const entry = "insert into log (shop_id, kind, person_id, message_id, name, occurred_at, received_at, refused, lines)";
    await finds(
      "store",
      "error",
      /log\.lines: 2 rows/,
      [`${entry} select shop_id, 'event', 'p', 'bad-' || n, 'x', 1, 1, '', '[["mug",1' from shops, generate_series(1, 2) n`],
      ["delete from log where message_id like 'bad-%'"],
    );
    const later = "extract(epoch from now() + interval '2 hours')::bigint * 1000";
    await finds(
      "clock",
      "error",
      "Tea has entries that came in (119 minutes|2 hours) later",
      [`${entry} select shop_id, 'event', 'p', 'late', 'x', 1, ${later}, '', '[]' from shops`],
      ["delete from log where message_id = 'late'"],
    );
  });

  it("a feed that fails", { timeout: 120_000 }, async () => {
    const run = JSON.stringify({ startedAt: 1, finishedAt: 2, outcome: "refused", problem: { code: "FEED_UNREACHABLE", detail: "" }, refused: [] });
    await finds(
      "feeds",
      "warning",
      "products: the last run ended with FEED_UNREACHABLE",
      [
        `insert into feeds (feed_id, shop_id, name, location, every_ms, complete, created_at, last_run) select 'f', shop_id, 'products', 'http://shop.example/', 3600000, 1, 1, '${run}' from shops`,
      ],
      ["delete from feeds"],
    );
  });

  it("whether a server leads", { timeout: 120_000 }, async () => {
    const server = await serveRapport([], environment, true);
    await waitUntil("it leads", async () =>
      of((await examine()).findings, "server")[0]!.says.startsWith("one leads on this database") ? true : null,
    );
    expect(await server.stop()).toBe(0);
    const held = new pg.Client({ connectionString: postgres.url, application_name: "rapport" });
    await held.connect();
    expect(of((await examine()).findings, "server")).toEqual([
      expect.objectContaining({ level: "warning", says: expect.stringContaining("no server leads") }),
    ]);
    await held.end();
  });
});
