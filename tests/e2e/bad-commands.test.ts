import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ProblemCode } from "#domain/problem.ts";
import { errorCatalogue } from "#server/contract/error-codes.ts";
import type { ErrorReply } from "#server/contract/errors.ts";
import { type Finished, runEach, runRapport } from "../support/rapport-process.ts";
import { tempFolder } from "../support/temp-folder.ts";

// The command line on wrong use (exit code 2), on what is refused (1, with an error of the catalogue) and on --help (0).

const folder = tempFolder("commands");
const path = (name: string) => join(folder.path, name);
const blocker = createServer();
const traces = /\n\s+at |node:internal|node_modules|Error:/;

beforeAll(async () => {
  mkdirSync(path("damaged"));
  writeFileSync(path("damaged/rapport.sqlite"), "no database ".repeat(1000));
  writeFileSync(path("a-file"), "");
  writeFileSync(path("noise.csv"), Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919) % 256)));
  writeFileSync(path("empty.csv"), "");
  writeFileSync(path("unclear.csv"), "colour,mood\nred,glad\nblue,sad\n");
  writeFileSync(path("orders.csv"), "order,customer,item,time\n1,anna,mug,2026-01-02\n2,anna,cup,2026-02-03\n");
  await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
  const made = await runEach([
    ["shop", "create", "Only", "--data", path("one")],
    ["shop", "create", "First", "--data", path("two")],
    ["shop", "create", "Second", "--data", path("two")],
    ["import", "orders", path("orders.csv"), "--data", path("one"), "--consent", "personalize,learn,measure"],
  ]);
  for (const { code, stderr } of made) if (code !== 0) throw new Error(stderr);
});
afterAll(() => {
  blocker.close();
  folder.remove();
});

function expectWords(words: readonly string[], { code, stdout, stderr }: Finished, due: number): void {
  const said = `rapport ${words.join(" ")}: ${code}\n${stdout}${stderr}`;
  expect(code, said).toBe(due);
  expect(`${stdout}${stderr}`, said).not.toMatch(traces);
}

const one = ["--data", path("one")];
/** Stands for the port that is taken already. */
const thePort = "{port}";
const refused: readonly (readonly [ProblemCode, readonly string[]])[] = [
  ["SHOP_NAME_TAKEN", ["shop", "create", "Only", ...one]],
  ["ID_INVALID", ["shop", "create", "", ...one]],
  ["ID_INVALID", ["shop", "create", "a\tb", ...one]],
  ["OPTION_INVALID", ["shop", "create", "New", "--currency", "euro", ...one]],
  ["SHOP_UNKNOWN", ["train", "--shop", "Nobody's", ...one]],
  ["SHOP_AMBIGUOUS", ["train", "--data", path("two")]],
  ["SHOP_AMBIGUOUS", ["recommend", "--data", path("none-yet")]],
  ["SURFACE_UNKNOWN", ["recommend", "--surface", "elsewhere", ...one]],
  ["CUSTOMER_UNKNOWN", ["recommend", "--customer", "nobody", ...one]],
  ["N_OUT_OF_RANGE", ["recommend", "-n", "0", ...one]],
  ["N_OUT_OF_RANGE", ["recommend", "-n", "some", ...one]],
  ["ITEM_REQUIRED", ["recommend", "--surface", "similar", ...one]],
  ["ITEM_UNKNOWN", ["recommend", "--surface", "similar", "--item", "none", ...one]],
  ["FILE_MISSING", ["import", "orders", path("not-there.csv"), ...one]],
  ["FILE_UNREADABLE", ["import", "orders", path("noise.csv"), ...one]],
  ["FILE_UNREADABLE", ["import", "orders", path("empty.csv"), ...one]],
  ["COLUMN_UNGUESSED", ["import", "orders", path("unclear.csv"), ...one]],
  ["COLUMN_UNKNOWN", ["import", "orders", path("orders.csv"), "--map", "customer=nobody", ...one]],
  ["OPTION_INVALID", ["import", "orders", path("orders.csv"), "--map", "wheels=order", ...one]],
  ["OPTION_INVALID", ["import", "orders", path("orders.csv"), "--consent", "everything", ...one]],
  ["OPTION_INVALID", ["import", "orders", path("orders.csv"), "--date-order", "year-last", ...one]],
  ["STORE_DAMAGED", ["serve", "--port", "0", "--data", path("damaged")]],
  ["STORE_DAMAGED", ["shop", "list", "--data", path("damaged")]],
  ["DATA_FOLDER_UNUSABLE", ["shop", "list", "--data", path("a-file/below")]],
  ["DATA_FOLDER_UNUSABLE", ["serve", "--port", "0", "--demo", "--data", path("a-file/below")]],
  ["PORT_TAKEN", ["serve", "--port", thePort, ...one]],
];

describe("the command line", () => {
  it("ends with 2 and points to the help on wrong use", async () => {
    const wrong: readonly (readonly string[])[] = [
      ["--nonsense"],
      ["frobnicate"],
      ["shop", "create"],
      ["shop", "destroy", "Only"],
      ["serve", "--port", "many"],
      ["serve", "--port", "70000"],
      ["serve", "--port"],
      ["import", "orders"],
      ["import", "orders", "file.csv", "--limit", "-1"],
      ["recommend", "--surface"],
      ["recommend", "--explain", "at length", ...one],
      ["serve", "--port", "0", "--log", "loudly", ...one],
      ["train", "--data", path("one"), "too", "many", "words"],
    ];
    const ended = await runEach(wrong);
    for (const [at, finished] of ended.entries()) {
      expectWords(wrong[at]!, finished, 2);
      expect(finished.stderr, wrong[at]!.join(" ")).toContain("--help");
    }
  });

  describe("ends with 1 and an error of the catalogue, as JSON where asked, on what is refused", () => {
    let ended: Finished[] = [];
    beforeAll(async () => {
      const port = String((blocker.address() as { port: number }).port);
      ended = await runEach(refused.map(([, words]) => [...words.map((word) => (word === thePort ? port : word)), "--json"]));
    });
    it.each(refused.map(([code, words], at) => ({ code, words, at, title: words.join(" ").replaceAll(`${folder.path}/`, "") })))(
      "$title: $code",
      ({ code, words, at }) => {
        expectWords(words, ended[at]!, 1);
        const { error } = JSON.parse(ended[at]!.stdout) as ErrorReply;
        const { message, remedy } = errorCatalogue[code];
        expect(error).toMatchObject({ code, message, remedy });
      },
    );
  });

  it("ends a real process the same way, and says it in words without --json, on the error stream", async () => {
    const { code, stdout, stderr } = await runRapport(["recommend", "--data", path("two")]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("SHOP_AMBIGUOUS");
    expect(stderr).toContain("First, Second");
    expect(stderr).toContain(errorCatalogue.SHOP_AMBIGUOUS.remedy);
    expect((await runRapport(["--nonsense"])).code).toBe(2);
    const port = String((blocker.address() as { port: number }).port);
    expectWords(["serve"], await runRapport(["serve", "--port", port, "--data", path("one")]), 1);
  });

  it("leaves a damaged store as it found it, and goes on after every refusal", async () => {
    const [asked, listed] = await runEach([
      ["recommend", "--customer", "anna", "--json", ...one],
      ["shop", "list", "--json", ...one],
    ]);
    expect(asked!.code).toBe(0);
    expect(JSON.parse(asked!.stdout)).toMatchObject({ surface: "for-you" });
    expect((JSON.parse(listed!.stdout) as { shop: string }[]).map(({ shop }) => shop)).toEqual(["Only"]);
  });

  it("helps with every command there is, and ends with 0", async () => {
    /** The commands that a help text lists. */
    const listed = (help: string) =>
      [...(help.split("Commands:\n")[1] ?? "").matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name]) => name!).filter((name) => name !== "help");
    let level: string[][] = [[]];
    const met: string[] = [];
    for (let depth = 0; depth < 4 && level.length > 0; depth++) {
      const helped = await runEach(level.map((words) => [...words, "--help"]));
      const next: string[][] = [];
      for (const [at, finished] of helped.entries()) {
        expectWords([...level[at]!, "--help"], finished, 0);
        expect(finished.stdout).toContain("Usage: rapport");
        met.push(level[at]!.join(" "));
        next.push(...listed(finished.stdout).map((name) => [...level[at]!, name]));
      }
      level = next;
    }
    expect(met).toEqual(expect.arrayContaining(["serve", "shop create", "shop list", "import orders", "train", "recommend"]));
    const [versioned] = await runEach([["--version"]]);
    expect(versioned!.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
