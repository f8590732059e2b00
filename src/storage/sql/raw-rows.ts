import { CompiledQuery, type Kysely, type Transaction } from "kysely";
import type { Dialect } from "./dialect.ts";
import type { Tables } from "./schema.ts";

// For loading a million rows: building a statement of thousands of values out of Kysely's nodes takes longer than running it, so its
// text is written once for each number of rows.

type Bindable = string | number | null;

export type RawRows<Row> = (db: Kysely<Tables> | Transaction<Tables>, values: readonly Bindable[]) => Promise<readonly Row[]>;

/** A statement with a list of places: `write` gets "(?, ?), (?, ?)" for the values given, `columns` to a group. */
export function prepareRaw<Row>(dialect: Pick<Dialect, "kind">, columns: number, write: (places: string) => string): RawRows<Row> {
  const texts = new Map<number, string>();
  return async (db, values) => {
    const groups = values.length / columns;
    let text = texts.get(groups);
    if (text === undefined) {
      text = write(placesOf(dialect, groups, columns));
      texts.set(groups, text);
    }
    return (await db.executeQuery<Row>(CompiledQuery.raw(text, values as Bindable[]))).rows;
  };
}

function placesOf({ kind }: Pick<Dialect, "kind">, groups: number, columns: number): string {
  let place = 0;
  const one = () => (kind === "postgres" ? `$${++place}` : "?");
  const group = () => Array.from({ length: columns }, one).join(", ");
  return Array.from({ length: groups }, () => (columns === 1 ? group() : `(${group()})`)).join(", ");
}
