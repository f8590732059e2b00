import { type Result, succeed } from "#domain/problem.ts";
import { isTemporal, textOf } from "./cells-sql.ts";
import type { ColumnSample } from "./guess-mapping.ts";
import type { OpenTable } from "./open-table.ts";
import { refuseDamaged } from "./refuse-damaged.ts";
import type { Workbench } from "./workbench.ts";

const sampleRows = 1000;

/** The first rows of each column, as text, for the guess. */
export async function takeSamples(table: OpenTable, bench: Workbench): Promise<Result<readonly ColumnSample[]>> {
  const cells = table.columns.map((column) => `filled(${textOf(column)})`).join(", ");
  try {
    const rows = await bench.rows(`SELECT ${cells} FROM ${table.relation} LIMIT ${sampleRows}`);
    const valuesOf = (index: number) => rows.map((row) => (typeof row[index] === "string" ? row[index] : null));
    return succeed(table.columns.map((column, index) => ({ name: column.name, values: valuesOf(index), temporal: isTemporal(column) })));
  } catch (error) {
    return refuseDamaged(error);
  }
}
