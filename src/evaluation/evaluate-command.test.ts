import { existsSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { board, boardCsv, boardRows, fileOf, boardPeople as people, runCommand as runAny } from "./testing/run-command.ts";

// The whole way: words on the command line in, JSON out.

const data = join(process.cwd(), "..", "shared", "data");
const needs = (file: string) => (existsSync(join(data, file)) ? "" : " (skipped: needs ../shared/data)");

const run = (...words: string[]) => runAny("evaluate", ...words);

afterEach(() => void vi.restoreAllMocks());

describe("evaluate", () => {
  it("finds the checkerboard, and says so in the promised shape", async () => {
    const file = await fileOf(boardCsv, "board.csv");
    const { exit, json } = await run(
      "--interactions",
      file,
      "--protocol",
      "leave-one-out",
      "--models",
      "linear,popular",
      "--metrics",
      "hr@15,ndcg@10",
      "--json",
    );
    expect(exit).toBe(0);
    expect(json.dataset).toEqual({ users: people, items: people, events: boardRows.length });
    expect(json).toMatchObject({ protocol: "leave-one-out", seed: 1, cases: people });
    const [linear, popular] = json.results;
    expect(linear).toMatchObject({ model: "linear", params: { lambda: expect.any(Number) }, fitSeconds: expect.any(Number) });
    expect(Object.keys(linear!.metrics)).toEqual(["hr@15", "ndcg@10"]);
    expect(linear!.metrics["hr@15"]).toEqual({ mean: 1, low: 1, high: 1 });
    expect(popular!.metrics["ndcg@10"]!.mean).toBeLessThan(linear!.metrics["ndcg@10"]!.mean);
    expect(json.comparisons).toMatchObject([{ model: "popular", with: "linear" }]);
  });

  it("the same seed says the same, whatever the order of the rows; and a table for people", async () => {
    const [head, ...rows] = boardCsv.trim().split("\n");
    const [file, turned] = [await fileOf(boardCsv, "a.csv"), await fileOf(`${[head, ...rows.toReversed()].join("\n")}\n`, "b.csv")];
    const metricsOf = async (path: string) =>
      (await run("--interactions", path, "--json", "--seed", "5")).json.results.map(({ metrics, beyond }) => ({ metrics, beyond }));
    const first = await metricsOf(file);
    expect(await metricsOf(file)).toEqual(first);
    expect(await metricsOf(turned)).toEqual(first);
    const { out } = await run("--interactions", file);
    expect(out).toContain("time-split");
    expect(out).toMatch(/^linear +\d\.\d{4} \[\d\.\d{4} \d\.\d{4}\]/m);
  });

  it("reads sequences, also gzipped, and takes leave-one-out for them", async () => {
    const text = board.map((items, person) => `u${person} ${items.map((item) => `i${item}`).join(" ")}`).join("\n");
    const plain = await run("--interactions", await fileOf(text, "board.txt"), "--format", "sequences", "--json");
    expect(plain.json).toMatchObject({
      protocol: "leave-one-out",
      dataset: { users: people, items: people, events: boardRows.length },
      cases: people,
    });
    const packed = await run("--interactions", await fileOf(gzipSync(text), "board.txt.gz"), "--format", "sequences", "--json");
    expect(packed.json.results.map(({ metrics }) => metrics)).toEqual(plain.json.results.map(({ metrics }) => metrics));
    expect(
      (await run("--interactions", await fileOf(text, "b.txt"), "--format", "sequences", "--protocol", "time-split", "--json")).json.error,
    ).toMatchObject({
      code: "OPTION_INVALID",
    });
  });

  it("reads a table without names, recognised or by number", async () => {
    const rows = boardRows.map(({ user, item, time }) => `${user.slice(1)}\t${item.slice(1)}\t3\t${time}`).join("\n");
    const guessed = await run("--interactions", await fileOf(rows, "u.data"), "--json");
    expect(guessed.json.dataset).toEqual({ users: people, items: people, events: boardRows.length });
    const worded = await fileOf(boardRows.map(({ user, item, time }) => `${time},${item},${user}`).join("\n"), "worded.csv");
    const told = await run("--interactions", worded, "--user", "3", "--item", "2", "--time", "1", "--json");
    expect(told.json.dataset).toEqual(guessed.json.dataset);
  });

  it("tells events apart, keeps to a least rating, and takes small numbers for times", async () => {
    const events = await fileOf(
      `visitorid,event,itemid,timestamp\n${boardRows.map(({ user, item, time }) => `${user},addtocart,${item},${time}000`).join("\n")}\n`,
      "events.csv",
    );
    expect((await run("--interactions", events, "--json")).json.dataset.events).toBe(boardRows.length);
    const odd = await fileOf(`${boardCsv.replace("time", "time,event").replaceAll(/(\d)\n/g, "$1,view\n")}u1,i1,1700000000,moon-walk\n`, "odd.csv");
    expect((await run("--interactions", odd, "--json")).json.error).toMatchObject({
      code: "OPTION_INVALID",
      detail: expect.stringContaining("moon-walk"),
    });
    const rated = `user,movieId,rating,time\n${boardRows.map(({ user, item }, at) => `${user},${item},${1 + (at % 5)},${at + 1}`).join("\n")}\n`;
    const good = boardRows.filter((_, at) => 1 + (at % 5) >= 3);
    const kept = await run("--interactions", await fileOf(rated, "rated.csv"), "--min-rating", "3", "--protocol", "leave-one-out", "--json");
    expect(kept.json.dataset.events).toBe(good.length);
  });
});

describe("the shop's own log", () => {
  it("is used as far as people allow learning from it, and no further", { timeout: 120_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "rapport-test-"));
    await runAny("shop", "create", "board", "--data", folder, "--json");
    const rows = (first: number, last: number) =>
      `customer,item,time,quantity,price\n${boardRows
        .filter(({ user }) => Number(user.slice(1)) >= first && Number(user.slice(1)) < last)
        .map(({ user, item, time }) => `${user},${item},${new Date(time * 1000).toISOString()},1,2`)
        .join("\n")}\n`;
    const load = async (content: string, ...words: string[]) =>
      expect((await runAny("import", "orders", await fileOf(content, "orders.csv"), "--data", folder, "--no-train", "--json", ...words)).exit).toBe(
        0,
      );
    await load(rows(20, people));
    expect((await run("--data", folder, "--json")).json.error).toMatchObject({
      code: "NOT_ENOUGH_DATA",
      detail: expect.stringContaining("allows learning"),
    });
    await load(rows(0, 20), "--consent", "learn");
    const { json } = await run("--data", folder, "--protocol", "leave-one-out", "--metrics", "hr@15", "--json");
    expect(json).toMatchObject({ dataset: { users: 20 }, cases: 20 });
    expect(json.results[0]!.metrics["hr@15"]!.mean).toBe(1);
  });
});

describe("evaluate refuses", () => {
  const refusals: [string, string, string[], string, string][] = [
    ["an unknown model", boardCsv, ["--models", "linear,oracle"], "OPTION_INVALID", "oracle"],
    ["an unknown metric", boardCsv, ["--metrics", "auc@10"], "OPTION_INVALID", "auc"],
    ["a list of nothing", boardCsv, ["--metrics", "ndcg@0"], "OPTION_INVALID", "ndcg@0"],
    ["an unknown protocol", boardCsv, ["--protocol", "random"], "OPTION_INVALID", "random"],
    ["a rating that is none", boardCsv, ["--min-rating", "good"], "OPTION_INVALID", "good"],
    ["a rating without ratings", boardCsv, ["--min-rating", "3"], "COLUMN_UNGUESSED", "--rating"],
    ["a column that is not there", boardCsv, ["--item", "product"], "COLUMN_UNKNOWN", "user, item, time"],
    ["columns that say nothing", "alpha,beta,gamma\nx,y,z\n", [], "COLUMN_UNGUESSED", "--user COLUMN --item COLUMN --time COLUMN"],
    ["an empty file", "", [], "FILE_UNREADABLE", "empty"],
    ["a file of names only", "user,item,time\n", [], "FILE_UNREADABLE", "no rows"],
    ["one user only", "user,item,time\nu,a,1\nu,b,2\nu,c,3\n", [], "NOT_ENOUGH_DATA", "one user"],
    ["users with one event", "user,item,time\nu,a,1\nv,b,2\nw,c,3\n", [], "NOT_ENOUGH_DATA", "one event"],
    ["times that are none", "user,item,time\nu,a,soon\nu,b,later\nv,a,then\n", ["--time", "time"], "NOT_ENOUGH_DATA", "3 rows"],
  ];

  it.each(refusals)("%s", async (_, content, words, code, detail) => {
    const { exit, json } = await run("--interactions", await fileOf(content, "file.csv"), ...words, "--json");
    expect(exit).toBe(1);
    expect(json.error).toMatchObject({ code, detail: expect.stringContaining(detail) });
  });

  it("a file that is not there, and columns without a file", async () => {
    expect((await run("--interactions", "no-such.csv", "--json")).json.error).toMatchObject({ code: "FILE_MISSING" });
    expect((await run("--user", "x", "--json")).json.error).toMatchObject({ code: "OPTION_INVALID" });
    expect((await run("--seed", "one")).exit).toBe(2);
  });
});

describe("real data", () => {
  const file = join(data, "ml-100k/u.data");
  it.skipIf(!existsSync(file))(`ml-100k, leave one out: linear far above popular${needs("ml-100k/u.data")}`, { timeout: 300_000 }, async () => {
    const { json } = await run("--interactions", file, "--protocol", "leave-one-out", "--json");
    expect(json.dataset).toEqual({ users: 943, items: 1682, events: 100_000 });
    expect(json.cases).toBe(943);
    const [linear, popular] = json.results.map(({ metrics }) => metrics["ndcg@10"]!.mean);
    expect(linear).toBeGreaterThan(0.08);
    expect(linear).toBeGreaterThan(1.5 * popular!);
    expect(json.comparisons[0]!.metrics["ndcg@10"]!.high).toBeLessThan(0);
  });
});
