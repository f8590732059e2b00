import { feedBroken } from "./feed-broken.ts";
import { type FeedRow, type FeedRows, type FieldValue, maxFields, maxValueLength, plainName } from "./feed-row.ts";

/** One JSON object a line, in the words of `PUT /v1/items` or of a feed. */
export async function* readJsonLines(pieces: AsyncIterable<string>): FeedRows {
  let rest = "";
  let row = 0;
  let isFirst = true;
  for await (const piece of pieces) {
    const text = isFirst ? piece.replace(/^\uFEFF/, "") : piece;
    isFirst = false;
    if (row === 0 && rest === "" && /^\s*\[/.test(text)) throw feedBroken("it is one JSON list: write one object a line (JSONL)");
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

function rowsOf(line: string, row: number): FeedRow[] {
  if (line.trim() === "") return [];
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return [{ row, fields: fieldsOf(value), broken: null }];
  } catch {
    // Told as a broken row below.
  }
  return [{ row, fields: new Map(), broken: "ROW_NOT_JSON" }];
}

export function fieldsOf(record: object): Map<string, readonly FieldValue[]> {
  const fields = new Map<string, readonly FieldValue[]>();
  for (const [name, value] of Object.entries(record).slice(0, maxFields)) {
    if (value === null || value === undefined || value === "") continue;
    const values = Array.isArray(value) ? value : [value];
    if (values.length > 0) fields.set(plainName(name), values);
  }
  return fields;
}
