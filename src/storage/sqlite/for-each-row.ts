import type { StatementSync } from "node:sqlite";

type Bindable = null | number | bigint | string | Uint8Array;

/** The position that a row got; null when the statement wrote none. */
export type InsertedRow = { readonly seq: number | null };

const mark = "/* for each row */ ";

/** The text of an insert that is to be run for each of its parameters, which are rows, in order. */
export const forEachRow = (text: string): string => mark + text;

export const isForEachRow = (text: string): boolean => text.startsWith(mark);

export function insertEach(statement: StatementSync, rows: readonly (readonly Bindable[])[]): InsertedRow[] {
  return rows.map((row) => {
    const { changes, lastInsertRowid } = statement.run(...row);
    return { seq: changes === 0 ? null : Number(lastInsertRowid) };
  });
}
