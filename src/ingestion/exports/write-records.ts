import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import { literal, withWorkbench } from "../files/workbench.ts";
import type { ColumnKind, ExportColumns, ExportRecord } from "./columns.ts";

export const exportFormats = ["jsonl", "parquet", "csv"] as const;
export type ExportFormat = (typeof exportFormats)[number];
type Pages = AsyncIterable<readonly ExportRecord[]>;

/** Writes records as they come, and waits for whoever takes them. How many there were. */
export async function writeRecords(pages: Pages, columns: ExportColumns, format: ExportFormat, sink: Writable): Promise<number> {
  if (format === "parquet") return writeParquet(pages, columns, sink);
  return writeText(pages, columns, format, sink);
}

async function writeText(pages: Pages, columns: ExportColumns, format: "jsonl" | "csv", sink: Writable): Promise<number> {
  const names = Object.keys(columns);
  let rows = 0;
  async function* pieces(): AsyncGenerator<string> {
    if (format === "csv") yield `${names.join(",")}\r\n`;
    for await (const page of pages) {
      rows += page.length;
      yield page.map((record) => (format === "csv" ? csvLine(names, record) : `${JSON.stringify(record)}\n`)).join("");
    }
  }
  for await (const piece of pieces()) {
    if (sink.destroyed) break;
    if (!sink.write(piece)) await drained(sink);
  }
  return rows;
}

function drained(sink: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error) => {
      for (const name of ["drain", "close", "error"]) sink.off(name, done);
      if (error instanceof Error) reject(error);
      else resolve();
    };
    for (const name of ["drain", "close", "error"]) sink.on(name, done);
  });
}

/** An empty cell is nothing; an empty text is two quotes. */
function csvLine(names: readonly string[], record: ExportRecord): string {
  return `${names.map((name) => csvCell(record[name])).join(",")}\r\n`;
}

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return typeof value === "string" && (text === "" || /[",\r\n]|^\s|\s$/.test(text)) ? quoted(text) : /[",\r\n]/.test(text) ? quoted(text) : text;
}

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

const duckTypes: Readonly<Record<ColumnKind, string>> = {
  text: "VARCHAR",
  json: "VARCHAR",
  time: "TIMESTAMPTZ",
  integer: "BIGINT",
  number: "DOUBLE",
  boolean: "BOOLEAN",
};

/** Text that is no Unicode has no place in Parquet. */
const parquetValue = (value: unknown, kind: ColumnKind) =>
  value === null || value === undefined
    ? null
    : kind === "json"
      ? JSON.stringify(value).toWellFormed()
      : typeof value === "string"
        ? value.toWellFormed()
        : value;

/** Laid aside as lines on the disk, and turned by DuckDB: it has to see all rows before it can write the end of the file. */
async function writeParquet(pages: Pages, columns: ExportColumns, sink: Writable): Promise<number> {
  return withWorkbench(undefined, async (bench) => {
    const [lines, file] = [join(bench.folder, "rows.jsonl"), join(bench.folder, "rows.parquet")];
    const kinds = Object.entries(columns);
    const aside = createWriteStream(lines, { mode: 0o600 });
    const rows = await writeText(reshaped(pages, kinds), columns, "jsonl", aside);
    aside.end();
    await finished(aside);
    const types = kinds.map(([name, kind]) => `${literal(name)}: ${literal(duckTypes[kind])}`).join(", ");
    const source = `read_json(${literal(lines)}, format = 'newline_delimited', columns = {${types}})`;
    await bench.run(`COPY (SELECT * FROM ${source}) TO ${literal(file)} (FORMAT parquet, COMPRESSION zstd)`);
    await pipeline(createReadStream(file), sink, { end: false });
    return rows;
  });
}

async function* reshaped(pages: Pages, kinds: readonly (readonly [string, ColumnKind])[]): AsyncGenerator<readonly ExportRecord[]> {
  for await (const page of pages)
    yield page.map((record) => Object.fromEntries(kinds.map(([name, kind]) => [name, parquetValue(record[name], kind)])));
}
