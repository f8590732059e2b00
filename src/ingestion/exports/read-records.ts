import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { DuckDBTimestampTZValue, type DuckDBValue } from "@duckdb/node-api";
import { parse } from "csv-parse";
import { ProblemError } from "#domain/problem.ts";
import { refuseUnreadable, type SniffedFile, sniffFile } from "../files/sniff-file.ts";
import { identifier, literal, withWorkbench } from "../files/workbench.ts";
import { type ExportColumns, type ExportKind, type ExportRecord, exportColumns, kindOfColumns } from "./columns.ts";

/** A row of a file; null: it is broken. */
export type ReadRow = { readonly row: number; readonly record: ExportRecord | null };
const rowsPerPage = 2_000;

/** Tells what a file written by `rapport export` holds. Throws ProblemError. */
export async function openExport(path: string): Promise<{ readonly kind: ExportKind; rows(): AsyncGenerator<readonly ReadRow[]> }> {
  const sniffed = await sniffFile(path);
  // What a shop without events exports.
  if (!sniffed.ok && (await isEmptyFile(path))) return { kind: "events", rows: async function* () {} };
  if (!sniffed.ok) throw new ProblemError(sniffed.problem);
  const file = sniffed.value;
  const kind = kindOfColumns(await columnNames(file));
  if (kind === null)
    throw new ProblemError({
      code: "FILE_UNREADABLE",
      detail: `${basename(path)} is no file that "rapport export" has written; orders come in by "rapport import orders", items by "rapport import items"`,
    });
  return { kind, rows: () => guarded(path, readPages(file, exportColumns[kind])) };
}

const isEmptyFile = (path: string) =>
  stat(path).then(
    (found) => found.isFile() && found.size === 0,
    () => false,
  );

async function* guarded<Value>(path: string, pages: AsyncGenerator<Value>): AsyncGenerator<Value> {
  try {
    yield* pages;
  } catch (error) {
    if (error instanceof ProblemError || !(error instanceof Error && "code" in error)) throw error;
    const refused = refuseUnreadable(error, basename(path));
    throw new ProblemError(refused.problem, { cause: error });
  }
}

function bytesOf({ path, gzipped }: SniffedFile): Readable {
  const stream = createReadStream(path);
  if (!gzipped) return stream;
  const unpacked = createGunzip();
  stream.on("error", (error) => unpacked.destroy(error));
  return stream.pipe(unpacked);
}

async function columnNames(file: SniffedFile): Promise<string[]> {
  if (file.format === "parquet") {
    return withWorkbench(undefined, async (bench) => (await bench.columnsOf(parquetOf(file)).catch(damaged(file))).map(({ name }) => name));
  }
  if (file.format === "text") return csvHeader(file);
  const pages = guarded(file.path, jsonPages(file));
  for await (const [first] of pages) {
    await pages.return(undefined);
    return first?.record === null || first === undefined ? [] : Object.keys(first.record);
  }
  return [];
}

const damaged =
  ({ path }: SniffedFile) =>
  (error: unknown): never => {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError({ code: "FILE_UNREADABLE", detail: `${basename(path)} is damaged or cut off; export it again` }, { cause: error });
  };

function readPages(file: SniffedFile, columns: ExportColumns): AsyncGenerator<readonly ReadRow[]> {
  if (file.format === "parquet") return parquetPages(file, columns);
  return file.format === "json" ? jsonPages(file) : csvPages(file, columns);
}

async function* paged(rows: AsyncIterable<ReadRow>): AsyncGenerator<readonly ReadRow[]> {
  let page: ReadRow[] = [];
  for await (const row of rows) {
    page.push(row);
    if (page.length < rowsPerPage) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function jsonPages(file: SniffedFile): AsyncGenerator<readonly ReadRow[]> {
  return paged(
    (async function* () {
      let row = 0;
      const bytes = bytesOf(file);
      const lines = createInterface({ input: bytes, crlfDelay: Number.POSITIVE_INFINITY });
      let failure: unknown = null;
      bytes.on("error", (error) => {
        failure = error;
        lines.close();
      });
      try {
        for await (const line of lines) {
          row++;
          const text = row === 1 ? line.replace(/^\uFEFF/, "") : line;
          if (text.trim() !== "") yield { row, record: recordIn(text) };
        }
      } finally {
        bytes.destroy();
      }
      if (failure !== null) throw failure;
    })(),
  );
}

function recordIn(line: string): ExportRecord | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as ExportRecord) : null;
  } catch {
    return null;
  }
}

async function csvHeader(file: SniffedFile): Promise<string[]> {
  const bytes = bytesOf(file);
  const parser = parse({ bom: true, to: 1, relax_column_count: true, max_record_size: 65_536 });
  bytes.on("error", (error) => parser.destroy(error));
  bytes.pipe(parser);
  try {
    for await (const cells of parser) return cells as string[];
    return [];
  } catch (error) {
    if (error instanceof Error && "code" in error && String(error.code).startsWith("CSV_")) return [];
    throw error;
  } finally {
    bytes.destroy();
  }
}

function csvPages(file: SniffedFile, columns: ExportColumns): AsyncGenerator<readonly ReadRow[]> {
  return paged(
    (async function* () {
      const bytes = bytesOf(file);
      const parser = parse({
        bom: true,
        columns: true,
        relax_column_count: true,
        // A cell of nothing, and a text that is empty.
        cast: (value, { quoting, header }) => (header || quoting || value !== "" ? value : null),
      });
      bytes.on("error", (error) => parser.destroy(error));
      bytes.pipe(parser);
      let row = 1;
      try {
        for await (const cells of parser) yield { row: ++row, record: fromCells(cells as Record<string, string | null>, columns) };
      } catch (error) {
        if (error instanceof Error && "code" in error && String(error.code).startsWith("CSV_"))
          throw new ProblemError({ code: "FILE_UNREADABLE", detail: `${basename(file.path)} is no valid CSV after row ${row}` }, { cause: error });
        throw error;
      } finally {
        bytes.destroy();
      }
    })(),
  );
}

/** Cells of text, as what they stand for. */
function fromCells(cells: Readonly<Record<string, unknown>>, columns: ExportColumns): ExportRecord | null {
  try {
    return Object.fromEntries(
      Object.entries(cells).map(([name, value]) => {
        if (typeof value !== "string") return [name, value];
        switch (columns[name]) {
          case "json":
            return [name, JSON.parse(value)];
          case "boolean":
            return [name, value === "true" ? true : value === "false" ? false : value];
          case "integer":
          case "number":
            return [name, value.trim() === "" ? null : Number(value)];
          default:
            return [name, value];
        }
      }),
    );
  } catch {
    return null;
  }
}

const parquetOf = ({ path }: SniffedFile) => `read_parquet(${literal(path)})`;

async function* parquetPages(file: SniffedFile, columns: ExportColumns): AsyncGenerator<readonly ReadRow[]> {
  const pages: (readonly ReadRow[])[] = [];
  let wake = () => {};
  let ended = false;
  let room = () => {};
  // The workbench lives as long as the reading; pages are handed over one by one.
  const reading = withWorkbench(undefined, async (bench) => {
    const there = (await bench.columnsOf(parquetOf(file))).map(({ name }) => name);
    const names = there.filter((name) => name in columns);
    const order = there.includes("position") ? " ORDER BY position" : "";
    let row = 0;
    for await (const chunk of bench.stream(`SELECT ${names.map(identifier).join(", ")} FROM ${parquetOf(file)}${order}`)) {
      const count = chunk[0]?.length ?? 0;
      const page = Array.from({ length: count }, (_, at): ReadRow => {
        const cells = Object.fromEntries(names.map((name, column) => [name, plainValue(chunk[column]![at]!)]));
        return { row: ++row, record: fromCells(cells, columns) };
      });
      if (ended) return;
      pages.push(page);
      wake();
      if (pages.length > 4) await new Promise<void>((resolve) => (room = resolve));
    }
  });
  let failure: unknown = null;
  let done = false;
  const settled = reading
    .catch((error: unknown) => {
      failure = error;
    })
    .then(() => {
      done = true;
      wake();
    });
  try {
    for (;;) {
      const page = pages.shift();
      if (page !== undefined) {
        room();
        yield page;
      } else if (done) break;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
    if (failure !== null) damaged(file)(failure);
  } finally {
    ended = true;
    room();
    await settled;
  }
}

function plainValue(value: DuckDBValue): unknown {
  if (value instanceof DuckDBTimestampTZValue) return new Date(Number(value.micros / 1000n)).toISOString();
  return typeof value === "bigint" ? Number(value) : value;
}
