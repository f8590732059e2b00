import type { Kysely, Transaction } from "kysely";
import { isSealed } from "../ports/field-cipher.ts";
import type { Tables } from "./schema.ts";
import { columnOf, isWorthSealing, personFields } from "./sealed-fields.ts";
import type { Sealing } from "./sealing.ts";

type Db = Kysely<Tables> | Transaction<Tables>;
type GorseTable = "gorse_users" | "gorse_feedback";
type Row = { readonly person_id: string; readonly labels: string; readonly comment: string };
const columns = ["labels", "comment"] as const;
/** What stands for a text that was shredded: as if nothing had been said. */
const gone = { labels: "null", comment: '""' };

/** What Gorse clients tell about people in their own words; most say nothing, and nothing needs no seal. */
export function createGorseTexts(sealing: Sealing | undefined) {
  function nameIn(table: GorseTable, column: string, row: object): string {
    const { within } = personFields.find((field) => field.table === table && field.column === column)!;
    return columnOf(
      column,
      within.map((name) => String((row as Record<string, unknown>)[name])),
    );
  }

  return {
    async seal<Given extends Row>(db: Db, shopId: string, table: GorseTable, rows: readonly Given[]): Promise<Given[]> {
      const speaking = rows.filter((row) => columns.some((column) => isWorthSealing(row[column])));
      if (sealing === undefined || speaking.length === 0) return [...rows];
      const seals = await sealing.writing(
        db,
        shopId,
        speaking.map((row) => row.person_id),
      );
      const sealed = (row: Given, column: (typeof columns)[number]) =>
        isWorthSealing(row[column]) ? seals.seal(row.person_id, table, nameIn(table, column, row), row[column]) : row[column];
      return rows.map((row) => ({ ...row, labels: sealed(row, "labels"), comment: sealed(row, "comment") }));
    },

    async open<Given extends Row>(db: Db, shopId: string, table: GorseTable, rows: readonly Given[]): Promise<Given[]> {
      const closed = rows.filter((row) => columns.some((column) => isSealed(row[column])));
      if (sealing === undefined || closed.length === 0) return [...rows];
      const seals = await sealing.reading(
        db,
        shopId,
        closed.map((row) => row.person_id),
      );
      const opened = (row: Given, column: (typeof columns)[number]) =>
        seals.open(row.person_id, table, nameIn(table, column, row), row[column]) ?? gone[column];
      return rows.map((row) => ({ ...row, labels: opened(row, "labels"), comment: opened(row, "comment") }));
    },
  };
}
