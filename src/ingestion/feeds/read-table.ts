import { pipeline, Readable } from "node:stream";
import { parse } from "csv-parse";
import { feedBroken } from "./feed-broken.ts";
import { type FeedRow, type FeedRows, type FieldValue, maxFields, maxValueLength, plainName } from "./feed-row.ts";

/** How many rows are handed on at a time. */
const handful = 500;
const delimiters = ["\t", ",", ";", "|"] as const;

/** TSV and CSV with a line of names, as a stream: no more than some rows are held. */
export async function* readTable(pieces: AsyncIterable<string>, format: "csv" | "tsv"): FeedRows {
  const { headLine, text } = await firstLine(pieces);
  const delimiter = format === "tsv" ? "\t" : mostFrequent(headLine);
  const ending = { complete: true };
  const parser = parse({
    delimiter,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxValueLength,
  });
  pipeline(Readable.from(lastCharacterSeen(text, ending)), parser, () => {});
  let names: readonly string[] | null = null;
  let row = 0;
  let rows: FeedRow[] = [];
  let ragged = false;
  try {
    for await (const record of parser as AsyncIterable<readonly string[]>) {
      row++;
      if (names === null) {
        names = namesOf(record);
        continue;
      }
      ragged = record.length < names.length;
      rows.push(rowOf(row, names, record));
      if (rows.length < handful) continue;
      yield rows;
      rows = [];
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && String(error.code).startsWith("CSV_"))
      throw feedBroken(reasonOf(String(error.code), row), error);
    throw error;
  }
  if (names === null) throw feedBroken("it is empty");
  // A last line without its end that is too short was cut off, and so perhaps were others.
  if (ragged && !ending.complete) throw feedBroken(`row ${row}: the file ends in the middle of a row`);
  if (rows.length > 0) yield rows;
}

function reasonOf(code: string, row: number): string {
  if (code === "CSV_QUOTE_NOT_CLOSED") return `after row ${row}: a quote is opened and never closed`;
  if (code === "CSV_MAX_RECORD_SIZE") return `after row ${row}: a row is longer than ${maxValueLength} characters; perhaps a quote is never closed`;
  return `after row ${row}: the row cannot be read`;
}

async function firstLine(pieces: AsyncIterable<string>): Promise<{ readonly headLine: string; readonly text: AsyncIterable<string> }> {
  const reader = pieces[Symbol.asyncIterator]();
  let head = "";
  let ended = false;
  while (!/[^\r\n][\r\n]/.test(head) && !ended && head.length <= maxValueLength) {
    const next = await reader.next();
    if (next.done === true) ended = true;
    else head += next.value;
  }
  head = head.replace(/^\uFEFF/, "").replace(/^[\r\n]+/, "");
  async function* text(): AsyncGenerator<string> {
    try {
      yield head;
      while (!ended) {
        const next = await reader.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await reader.return?.();
    }
  }
  return { headLine: head.split(/[\r\n]/, 1)[0]!, text: text() };
}

async function* lastCharacterSeen(pieces: AsyncIterable<string>, ending: { complete: boolean }): AsyncGenerator<string> {
  for await (const piece of pieces) {
    if (piece === "") continue;
    ending.complete = /[\r\n]$/.test(piece);
    yield piece;
  }
}

function mostFrequent(line: string): string {
  const bare = line.replace(/"[^"]*"/g, "");
  const count = (delimiter: string) => bare.split(delimiter).length;
  return delimiters.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best), ",");
}

function namesOf(header: readonly string[]): readonly string[] {
  if (header.length > maxFields) throw feedBroken(`it has more than ${maxFields} columns`);
  const names = header.map(plainName);
  if (names.length < 2) throw feedBroken("its first line is no list of column names such as id, title, link, price");
  return names;
}

function rowOf(row: number, names: readonly string[], record: readonly string[]): FeedRow {
  const fields = new Map<string, FieldValue[]>();
  for (const [column, name] of names.entries()) {
    const value = record[column]?.trim() ?? "";
    if (value === "" || name === "") continue;
    const known = fields.get(name);
    if (known === undefined) fields.set(name, [value]);
    else known.push(value);
  }
  // Too many cells: a separator stood in a value without quotes, and all that follow are shifted.
  const extra = record.length > names.length && record.slice(names.length).some((cell) => cell.trim() !== "");
  return { row, fields, broken: extra || record.length < names.length ? "ROW_RAGGED" : null };
}
