import { type Problem, type Result, refuse, succeed } from "#domain/problem.ts";
import { looksLikeNumber, looksLikeTime } from "./cell-shapes.ts";
import { type ColumnSample, type GuessedMapping, guessMapping } from "./guess-mapping.ts";
import { isOrderField, type OrderField, requiredFields } from "./order-field.ts";

/** The caller's word first, then the guess; refuses when a column that is needed is still not known. */
export function settleMapping(samples: readonly ColumnSample[], asked: Partial<Record<OrderField, string>>): Result<GuessedMapping> {
  const told: Partial<Record<OrderField, string>> = {};
  for (const [field, wanted] of Object.entries(asked)) {
    if (!isOrderField(field)) return refuse("OPTION_INVALID", `--map ${field}=…: there is no such field`);
    const column = columnNamed(samples, wanted);
    if (column === null) return refuse("COLUMN_UNKNOWN", `--map ${field}=${wanted}: the file has no such column. It has: ${listColumns(samples)}`);
    told[field] = column;
  }
  const columns = guessMapping(samples, told);
  const missing = requiredFields.filter((field) => !columns.some((guess) => guess.field === field));
  if (missing.length > 0) return { ok: false, problem: describeMissing(missing, samples) };
  const used = new Set(columns.map((guess) => guess.column));
  return succeed({ columns, unused: samples.map((sample) => sample.name).filter((name) => !used.has(name)), notes: [] });
}

function columnNamed(samples: readonly ColumnSample[], wanted: string): string | null {
  const same = (name: string) => name.trim().toLowerCase() === wanted.trim().toLowerCase();
  return (samples.find((sample) => sample.name === wanted) ?? samples.find((sample) => same(sample.name)))?.name ?? null;
}

function describeMissing(missing: readonly OrderField[], samples: readonly ColumnSample[]): Problem {
  const options = `--map ${missing.map((field) => `${field}=COLUMN`).join(",")}`;
  const wanted = missing.join(", ");
  if (looksHeaderless(samples)) {
    const detail = `the first line holds values, not column names; add a line such as "customer,item,quantity,price,time" above it (needed: ${wanted})`;
    return { code: "COLUMN_UNGUESSED", detail };
  }
  const detail = `cannot tell which column is: ${wanted}. Say it with ${options}. The file has: ${listColumns(samples)}${hint(samples)}`;
  return { code: "COLUMN_UNGUESSED", detail };
}

function hint(samples: readonly ColumnSample[]): string {
  if (samples.length === 1) return ". Columns must be parted by a comma, a semicolon, a tab or |";
  const nested = samples.find(({ values }) => values.some((value) => value?.startsWith("[{")));
  return nested === undefined ? "" : `. ${nested.name} holds lists: give one row for each item of an order, with the order's number in each`;
}

/** Then the "names" are somebody's data, and must not be shown. */
function looksHeaderless(samples: readonly ColumnSample[]): boolean {
  const valueLike = (name: string) => looksLikeNumber(name) || looksLikeTime(name) || /^[\d\s.,:/-]+$/.test(name);
  return samples.some(({ name }) => name.includes("@")) || samples.filter(({ name }) => valueLike(name.trim())).length * 2 >= samples.length;
}

function listColumns(samples: readonly ColumnSample[]): string {
  if (looksHeaderless(samples)) return "values instead of names in its first line";
  const names = samples.slice(0, 40).map(({ name }) => (name.length > 60 ? `${name.slice(0, 60)}…` : name));
  return `${names.join(", ")}${samples.length > names.length ? `, and ${samples.length - names.length} more` : ""}`;
}
