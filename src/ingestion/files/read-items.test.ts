import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, test } from "vitest";
import { fileOf } from "../testing/import-into-fakes.ts";
import { readItems } from "./read-items.ts";
import { valueOfText } from "./read-items-values.ts";

async function read(content: string | Uint8Array, name: string, idColumn: string | null = null) {
  const result = await readItems(await fileOf(content, name), idColumn);
  if (!result.ok) return { problem: result.problem, items: {} };
  return { problem: null, items: Object.fromEntries([...result.value.items].map(([id, said]) => [id, { ...said }])) };
}

describe("items", () => {
  test("CSV: pipes part lists, numbers are numbers, text stays text", async () => {
    const { items } = await read('movieId,title,genres,year\n1,"Toy Story (1995)",Adventure|Animation,1995\n2,,Drama,\n', "movies.csv");
    expect(items).toEqual({
      1: { title: "Toy Story (1995)", genres: ["Adventure", "Animation"], year: 1995 },
      2: { genres: "Drama" },
    });
  });

  test("JSON, JSONL and gzip: lists are lists", async () => {
    const rows = [
      { id: "a", tags: ["x", "y"], price: 2.5 },
      { id: "b", tags: [], price: null },
      { id: "🧆", tags: ["دال"], price: 3 },
    ];
    const expected = { a: { tags: ["x", "y"], price: 2.5 }, b: {}, "🧆": { tags: ["دال"], price: 3 } };
    expect((await read(JSON.stringify(rows), "items.json")).items).toEqual(expected);
    const lines = rows.map((row) => JSON.stringify(row)).join("\n");
    expect((await read(gzipSync(lines), "items.jsonl.gz")).items).toEqual(expected);
  });

  test("Parquet: lists and numbers keep their kind", async () => {
    const path = await fileOf("", "items.parquet");
    const database = await DuckDBInstance.create();
    const connection = await database.connect();
    await connection.run(
      `COPY (SELECT * FROM (VALUES (7, ['x', 'y'], 2.5, 'Lamp'), (8, [], NULL, NULL)) AS t(item_id, tags, price, title)) TO '${path}' (FORMAT parquet)`,
    );
    database.closeSync();
    const result = await readItems(path, null);
    expect(result.ok && [...result.value.items].map(([id, said]) => [id, { ...said }])).toEqual([
      ["7", { tags: ["x", "y"], price: 2.5, title: "Lamp" }],
      ["8", {}],
    ]);
  });

  test("the id column is guessed, or said, or asked for", async () => {
    const rows = "name,product_id,code\nLamp,p1,c1\n";
    expect(Object.keys((await read(rows, "a.csv")).items)).toEqual(["p1"]);
    expect(Object.keys((await read(rows, "a.csv", "code")).items)).toEqual(["c1"]);
    expect((await read(rows, "a.csv", "ean")).problem).toMatchObject({ code: "COLUMN_UNKNOWN", detail: expect.stringContaining("name, product_id") });
    expect((await read("name,colour\nLamp,red\n", "a.csv")).problem).toMatchObject({ code: "COLUMN_UNGUESSED" });
    expect((await read("id,name\n,Lamp\n", "a.csv")).problem).toMatchObject({ code: "FILE_UNREADABLE" });
    expect((await read("", "a.csv")).problem).toMatchObject({ code: "FILE_UNREADABLE" });
  });
});

test.each([
  ["['a', \"b's\"]", ["a", "b's"]],
  ['[{"id": 28, "name": "Action"}]', ["Action"]],
  ['[["Beauty", "Hair"]]', ["Beauty", "Hair"]],
  ['{"size": "L", "colours": ["red"]}', ["size L", "colours red"]],
  ["[]", null],
  [" ", null],
  ["007", "007"],
  ["-1.5", -1.5],
  ["a | b", ["a", "b"]],
  ["1e999", "1e999"],
])("%s", (text, value) => expect(valueOfText(text)).toEqual(value));
