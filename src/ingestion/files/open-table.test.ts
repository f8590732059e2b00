import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { fileOf, freshFolder, importedFrom, runImport } from "../testing/import-into-fakes.ts";
import { literal, withWorkbench } from "./workbench.ts";

const csv =
  "order_id,customer_id,sku,qty,price,date\n00012,7,A1,2,3.50,2024-05-01 10:00\n00012,7,B2,1,1.25,2024-05-01 10:00\n13,8,A1,1,3.50,2024-05-02 11:00\n";
const objects = csv
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => Object.fromEntries(line.split(",").map((cell, index) => [csv.split("\n", 1)[0]!.split(",")[index]!, cell])));

async function parquet(): Promise<Buffer> {
  const path = join(await freshFolder(), "orders.parquet");
  const values = objects.map(
    (one) => `(${[one.order_id, one.sku, one.date].map((cell) => literal(cell!)).join(", ")}, ${one.customer_id}.0, ${one.qty}, ${one.price})`,
  );
  await withWorkbench(undefined, (bench) =>
    bench.run(`COPY (SELECT a AS order_id, b AS sku, CAST(c AS TIMESTAMP) AS date, CAST(d AS DOUBLE) AS customer_id, e AS qty, f AS price
      FROM (VALUES ${values.join(", ")}) v(a, b, c, d, e, f)) TO ${literal(path)} (FORMAT parquet)`),
  );
  return readFile(path);
}

describe("the same orders come out of", () => {
  const tsv = csv.replaceAll(",", "\t");
  test.each([
    ["CSV", "orders.csv", csv],
    ["CSV with semicolons", "orders.csv", csv.replaceAll(",", ";")],
    ["CSV with a byte order mark", "orders.csv", `\uFEFF${csv}`],
    ["CSV with Windows line ends", "orders.csv", csv.replaceAll("\n", "\r\n")],
    ["CSV with mixed line ends", "orders.csv", csv.replace("\n", "\r\n")],
    ["CSV from an old Macintosh", "orders.csv", csv.replaceAll("\n", "\r")],
    ["CSV in UTF-16", "orders.csv", Buffer.from(`\uFEFF${csv}`, "utf16le")],
    ["CSV that Excel wrote", "orders.csv", `sep=;\r\n${csv.replaceAll(",", ";").replaceAll("\n", "\r\n")}`],
    ["CSV under a name that looks like a pattern", "orders[1]*?.csv", csv],
    ["TSV", "orders.tsv", tsv],
    ["TSV called txt", "orders.txt", tsv],
    ["NDJSON", "orders.ndjson", objects.map((one) => JSON.stringify(one)).join("\n")],
    ["a JSON list", "orders.json", JSON.stringify(objects, null, 2)],
    ["a JSON list with a byte order mark", "orders.json", `\uFEFF${JSON.stringify(objects)}`],
    ["Parquet", "orders.parquet", null],
  ])("%s, also gzipped", async (_, name, content) => {
    const bytes = content ?? (await parquet());
    for (const path of [await fileOf(bytes, name), await fileOf(gzipSync(bytes), `${name}.gz`)]) {
      const { summary, shop } = await importedFrom(path);
      expect(summary).toMatchObject({ rows: 3, orders: { new: 2 }, customers: 2, items: 2, rejected: [] });
      const [first, second] = shop.messages;
      expect(first!.event).toMatchObject({ orderId: "00012", occurredAt: Date.UTC(2024, 4, 1, 10) });
      expect(first!.event.lines).toEqual([
        { itemId: "A1", quantity: 2, unitPrice: 3.5 },
        { itemId: "B2", quantity: 1, unitPrice: 1.25 },
      ]);
      expect([first, second].map((message) => message!.names.customerId)).toEqual(["7", "8"]);
    }
  });

  test("Windows-1252, titles intact", async () => {
    const text =
      "customer_id;sku;title;price;date\n7;A1;Caf\xe9 \x80 \x93neu\x94;3,50;01.05.2024\n8;A1;Caf\xe9 \x80 \x93neu\x94;1.003,50;31.05.2024\n";
    const { shop } = await importedFrom(await fileOf(Buffer.from(text, "latin1")));
    expect(shop.messages[0]!.seenItems[0]!.title).toBe("Café € “neu”");
    expect(shop.messages.map((message) => message.event.lines[0]!.unitPrice)).toEqual([3.5, 1003.5]);
    expect(shop.mappings[0]!.notes.join("\n")).toMatch(/windows-1252[\s\S]*day before month[\s\S]*decimal comma/);
  });

  test("line ends inside quotes that differ from those of the file", async () => {
    const { summary, shop } = await importedFrom(await fileOf('customer_id,sku,title,date\r\n7,A1,"a\nb",2024-05-01\r\n8,B,c,2024-05-01\r\n'));
    expect(shop.messages.map((message) => message.seenItems[0]!.title)).toEqual(["a b", "c"]);
    expect(summary.rejected).toEqual([]);
  });

  test("quoted line ends and quotes", async () => {
    const { shop } = await importedFrom(await fileOf('customer_id,sku,title,date\n7,A1,"a ""big"",\nmug",2024-05-01\n8,B,5" pipe,2024-05-01\n'));
    expect(shop.messages.map((message) => message.seenItems[0]!.title)).toEqual(['a "big", mug', '5" pipe']);
  });
});

describe("lines that do not fit", () => {
  test("are left out and counted", async () => {
    const { summary } = await importedFrom(await fileOf(`${csv}14,8,A1\n15,8,A1,1,2.00,2024-05-03,more\n16,8,A1,1,2.00,2024-05-03\n`));
    expect(summary).toMatchObject({
      rows: 6,
      orders: { new: 3 },
      rejected: [{ reason: "line does not fit the header", rows: 2, example: "line 5" }],
    });
  });

  test("broken JSON lines too", async () => {
    const text = objects.map((one) => JSON.stringify(one)).join("\n");
    const { summary } = await importedFrom(await fileOf(`${text}\n{broken\n`, "orders.jsonl"));
    expect(summary.rejected).toEqual([{ reason: "empty or broken row", rows: 1, example: "row 4" }]);
  });
});

describe("refuses, and says what to do", () => {
  test.each([
    ["a Parquet file that is text", "orders.parquet", csv, /rename it/],
    ["a Parquet file cut off", "orders.parquet", `PAR1${"x".repeat(50)}`, /without its end/],
    ["a damaged Parquet file", "orders.parquet", `PAR1${"x".repeat(50)}PAR1`, /damaged/],
    ["an empty file", "orders.csv", "", /empty/],
    ["blanks", "orders.csv", " \n\n ", /blanks/],
    ["an empty gzip", "orders.csv.gz", gzipSync(""), /empty inside/],
    ["a gzip cut off", "orders.csv.gz", gzipSync(csv.repeat(999)).subarray(0, 60), /damaged/],
    ["a header alone", "orders.csv", "customer_id,sku,date\n", /no rows|cannot tell/],
    ["an Excel workbook", "orders.xlsx", "PK\x03\x04xx", /save the sheet as CSV/],
    ["a picture", "orders.csv", "\x89PNG\x00\x00", /not text/],
    ["JSON that is CSV", "orders.json", csv, /rename it/],
    ["JSON cut off", "orders.json", JSON.stringify(objects).slice(0, -9), /JSON/],
    ["JSON without objects", "orders.json", "[1, 2, 3]", /list of objects/],
    ["mostly ragged lines", "orders.csv", "customer_id,sku,date\n1,A,2024-05-01\n1\n2\n3,4,5,6\n", /as many fields/],
    ["a quote never closed", "orders.csv", `${csv}14,8,"A1,1,2.00,2024-05-03\n${csv}${csv}`, /line 5: a quotation mark/],
  ])("%s", async (_, name, content, detail) => {
    const result = await runImport(await fileOf(content, name));
    expect(result).toMatchObject({ ok: false, problem: { detail: expect.stringMatching(detail) } });
    expect(!result.ok && ["FILE_UNREADABLE", "COLUMN_UNGUESSED"].includes(result.problem.code)).toBe(true);
  });

  test("a missing file and a folder", async () => {
    const folder = await freshFolder();
    await writeFile(join(folder, "x"), "x");
    expect(await runImport(join(folder, "none.csv"))).toMatchObject({ ok: false, problem: { code: "FILE_MISSING" } });
    expect(await runImport(folder)).toMatchObject({ ok: false, problem: { code: "FILE_UNREADABLE" } });
  });
});
