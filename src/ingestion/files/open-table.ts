import { open } from "node:fs/promises";
import { basename } from "node:path";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import { asUtf8, unpack } from "./as-utf8.ts";
import { beginningOf } from "./beginning-of.ts";
import { type CsvDialect, readCsvDialect } from "./csv-dialect.ts";
import { refuseUnreadable, type SniffedFile, sniffFile } from "./sniff-file.ts";
import { literal, type TableColumn, type Workbench } from "./workbench.ts";

/** A file as a relation to select from. */
export type OpenTable = {
  readonly columns: readonly TableColumn[];
  /** SQL to select from for a look at the file. */
  readonly relation: string;
  /** The same for reading it all: lines that do not fit the header are set aside in `reject_errors`. */
  readonly wholeRelation: string;
  readonly setsAside: boolean;
  readonly notes: readonly string[];
};

/**
 * Opens an order file of any format as a table, or says why it cannot be read and what to do. Cells of text formats
 * stay text, so that "00012" is not made a number.
 */
export async function openTable(path: string, bench: Workbench): Promise<Result<OpenTable>> {
  const name = basename(path);
  const sniffed = await sniffFile(path);
  if (!sniffed.ok) return sniffed;
  try {
    if (sniffed.value.format === "parquet") return await openParquet(sniffed.value, name, bench);
    const text = await asUtf8(sniffed.value, bench.folder);
    const file = { ...sniffed.value, path: text.path, gzipped: text.gzipped };
    const opened = file.format === "json" ? await openJson(file, name, bench) : await openCsv(file, name);
    return opened.ok ? succeed({ ...opened.value, notes: text.note === null ? [] : [text.note] }) : opened;
  } catch (error) {
    return refuseUnreadable(error, name);
  }
}

async function openParquet(file: SniffedFile, name: string, bench: Workbench): Promise<Result<OpenTable>> {
  // A Parquet file is read from its end, which a compressed stream does not have.
  const path = file.gzipped ? await unpack(file, bench.folder, "unpacked.parquet") : file.path;
  const relation = `read_parquet(${literal(exactly(path))}, binary_as_string = true, hive_partitioning = false)`;
  if (!(await endsLikeParquet(path))) {
    return refuse("FILE_UNREADABLE", `${name} is a Parquet file without its end; copy or export it again`);
  }
  return describe(relation, relation, bench, `${name} is a damaged Parquet file; copy or export it again`);
}

async function openJson(file: SniffedFile, name: string, bench: Workbench): Promise<Result<OpenTable>> {
  const path = literal(exactly(file.path));
  const packing = file.gzipped ? "gzip" : "uncompressed";
  // Only with one object a line can a broken one be passed over.
  const lines = isJsonLine((await beginningOf(file, 262_144)).trimStart().split("\n", 1)[0]!);
  const shared = `compression = '${packing}', hive_partitioning = false${lines ? ", format = 'newline_delimited', ignore_errors = true" : ""}`;
  const looked = await describe(
    `read_json(${path}, ${shared}, maximum_depth = 1)`,
    "",
    bench,
    `${name} is not well-formed JSON; export it again as a list of objects, or one object a line`,
  );
  if (!looked.ok) return looked;
  const { columns } = looked.value;
  if (columns.length === 1 && columns[0]!.name === "json") {
    return refuse("FILE_UNREADABLE", `${name} is JSON, but not a list of objects; give one object for each order line`);
  }
  const asText = `{${columns.map(({ name }) => `${literal(name)}: 'VARCHAR'`).join(", ")}}`;
  const relation = `read_json(${path}, ${shared}, columns = ${asText})`;
  return succeed({ ...looked.value, columns: columns.map(({ name }) => ({ name, type: "VARCHAR" })), relation, wholeRelation: relation });
}

function isJsonLine(line: string): boolean {
  try {
    JSON.parse(line);
    return line.startsWith("{");
  } catch {
    return false;
  }
}

async function openCsv(file: SniffedFile, name: string): Promise<Result<OpenTable>> {
  const dialect = readCsvDialect(await beginningOf(file, 262_144));
  if (dialect.columns.length === 0) return refuse("FILE_UNREADABLE", `${name} has no line with column names; export it again`);
  const relation = csvRelation(file, dialect, "ignore_errors = true");
  const wholeRelation = csvRelation(file, dialect, "store_rejects = true");
  const columns = dialect.columns.map((column) => ({ name: column, type: "VARCHAR" }));
  return succeed({ columns, relation, wholeRelation, setsAside: true, notes: [] });
}

function csvRelation(file: SniffedFile, dialect: CsvDialect, onError: string): string {
  const columns = dialect.columns.map((column) => `${literal(column)}: 'VARCHAR'`).join(", ");
  const packing = file.gzipped ? "gzip" : "none";
  return `read_csv(${literal(exactly(file.path))}, auto_detect = false, header = true, skip = ${dialect.skip}, delim = ${literal(dialect.delimiter)},
    quote = '"', escape = '"', compression = '${packing}', hive_partitioning = false, columns = {${columns}}, ${onError})`;
}

async function describe(relation: string, wholeRelation: string, bench: Workbench, otherwise: string): Promise<Result<OpenTable>> {
  try {
    return succeed({ columns: await bench.columnsOf(relation), relation, wholeRelation, setsAside: false, notes: [] });
  } catch {
    return refuse("FILE_UNREADABLE", otherwise);
  }
}

async function endsLikeParquet(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, Math.max(0, size - 4));
    return size > 12 && buffer.toString("latin1") === "PAR1";
  } finally {
    await file.close();
  }
}

/** The database would take these characters of a file name for a pattern. */
function exactly(path: string): string {
  return path.replace(/[[*?]/g, "[$&]");
}
