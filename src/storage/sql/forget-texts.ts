import { type Kysely, sql } from "kysely";
import { tablesOf } from "../backup-tables.ts";
import type { Dialect } from "./dialect.ts";
import type { Tables } from "./schema.ts";

const atOnce = 100;
/** Parts of a word: what stands between two of them is a part of a longer name, such as customer-1 in customer-10. */
const wordPart = /[\p{L}\p{N}_-]/u;

/** Whether a text stands in another as a word of its own. */
export function standsIn(text: string, within: string): boolean {
  for (let at = within.indexOf(text); at >= 0; at = within.indexOf(text, at + 1)) {
    const before = at === 0 ? "" : within[at - 1]!;
    const after = within[at + text.length] ?? "";
    if (!wordPart.test(before) && !wordPart.test(after)) return true;
  }
  return false;
}

/** The columns that hold one of these texts as a word of its own, or (`partly`) anywhere; looks at every row of every table. */
export async function findTexts(db: Kysely<Tables>, dialect: Dialect, texts: readonly string[], partly: boolean): Promise<string[]> {
  if (texts.length === 0) return [];
  const found: string[] = [];
  const asWritten = [...new Set(texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]))];
  for (const [table, { columns }] of await tablesOf(db, dialect)) {
    const kinds = await textColumns(db, dialect, table, columns);
    for (const column of kinds)
      for (let start = 0; start < asWritten.length; start += atOnce) {
        const part = asWritten.slice(start, start + atOnce);
        const cell = sql.ref(column);
        const hit = sql.join(
          part.map((text) => (dialect.kind === "postgres" ? sql`position(${text} in ${cell}) > 0` : sql`instr(${cell}, ${text}) > 0`)),
          sql` or `,
        );
        const { rows } = await sql<{ cell: string }>`select ${cell} as cell from ${sql.table(table)} where ${hit} limit 1000`.execute(db);
        if (rows.some(({ cell: value }) => partly || part.some((text) => standsIn(text, value)))) {
          found.push(`${table}.${column}`);
          break;
        }
      }
  }
  return found;
}

async function textColumns(db: Kysely<Tables>, dialect: Dialect, table: string, columns: readonly string[]): Promise<readonly string[]> {
  if (dialect.kind === "sqlite") {
    const { rows } = await sql<{ name: string; type: string }>`select name, type from pragma_table_info(${table})`.execute(db);
    return rows.filter(({ name, type }) => columns.includes(name) && type.toLowerCase() === "text").map(({ name }) => name);
  }
  const { rows } = await sql<{ name: string }>`select column_name as name from information_schema.columns
    where table_schema = current_schema() and table_name = ${table} and data_type in ('text', 'character varying', 'json', 'jsonb')`.execute(db);
  return rows.map(({ name }) => name);
}
