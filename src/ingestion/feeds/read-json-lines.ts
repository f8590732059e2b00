import { feedBroken } from "./feed-broken.ts";
import { type FeedRow, type FeedRows, type FieldValue, maxFields, maxValueLength, plainName } from "./feed-row.ts";

const maxListLength = 20_000_000;

/** One JSON object a line, or a list of them, in the words of `PUT /v1/items` or of a feed. */
export async function* readJsonLines(pieces: AsyncIterable<string>): FeedRows {
  let rest = "";
  let row = 0;
  let isFirst = true;
  const reader = resumable(pieces);
  for await (const piece of reader) {
    const text = isFirst ? piece.replace(/^\uFEFF/, "") : piece;
    isFirst = false;
    if (row === 0 && rest === "" && /^\s*\[/.test(text)) {
      yield* readList(text, reader);
      return;
    }
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    if (rest.length > maxValueLength) throw feedBroken(`row ${row + 1} is longer than ${maxValueLength} characters`);
    const rows = lines.flatMap((line) => rowsOf(line, ++row));
    if (rows.length > 0) yield rows;
  }
  const last = rowsOf(rest, ++row);
  // A last line without its end that is no JSON was cut off.
  if (last[0]?.broken) throw feedBroken(`row ${row}: the file ends in the middle of a row`);
  if (last.length > 0) yield last;
}

/** One JSON list has to be read as a whole, so it may not be large. */
async function* readList(beginning: string, others: AsyncIterable<string>): FeedRows {
  let text = beginning;
  for await (const piece of others) {
    text += piece;
    if (text.length > maxListLength) throw feedBroken(`a JSON list is longer than ${maxListLength} characters: write one object a line (JSONL)`);
  }
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw feedBroken("the JSON list breaks off or is damaged", error);
  }
  yield (list as unknown[]).map((value, at) => rowOf(value, at + 1));
}

function rowOf(value: unknown, row: number): FeedRow {
  const isItem = typeof value === "object" && value !== null && !Array.isArray(value);
  return isItem ? { row, fields: fieldsOf(value), broken: null } : { row, fields: new Map(), broken: "ROW_NOT_JSON" };
}

function rowsOf(line: string, row: number): FeedRow[] {
  if (line.trim() === "") return [];
  try {
    return [rowOf(JSON.parse(line), row)];
  } catch {
    return [{ row, fields: new Map(), broken: "ROW_NOT_JSON" }];
  }
}

function fieldsOf(record: object): Map<string, readonly FieldValue[]> {
  const fields = new Map<string, readonly FieldValue[]>();
  for (const [name, value] of Object.entries(record).slice(0, maxFields)) {
    if (value === null || value === undefined || value === "") continue;
    const values = Array.isArray(value) ? value : [value];
    if (values.length > 0) fields.set(plainName(name), values);
  }
  return fields;
}

/** An iterable whose second reader goes on where the first stands, and that a reader who leaves does not end. */
function resumable(pieces: AsyncIterable<string>): AsyncIterable<string> {
  const iterator = pieces[Symbol.asyncIterator]();
  return { [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }) };
}
