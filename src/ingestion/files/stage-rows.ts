import { type Result, refuse, succeed } from "#domain/problem.ts";
import { isNumeric, isTemporal, numberOf, textOf } from "./cells-sql.ts";
import type { ColumnGuess } from "./guess-mapping.ts";
import type { OpenTable } from "./open-table.ts";
import { type OrderField, orderFields } from "./order-field.ts";
import { refuseDamaged } from "./refuse-damaged.ts";
import { identifier, type TableColumn, type Workbench } from "./workbench.ts";

export type StagedRows = {
  /** Rows that fit the header. */
  readonly rows: number;
  /** Lines that did not, and the number of the first of them. */
  readonly broken: number;
  readonly firstBroken: number;
};

const numberFields: readonly OrderField[] = ["quantity", "price", "total"];
const idReaders: Partial<Record<OrderField, string>> = { order: "id_of", customer: "person_of", item: "id_of" };

/**
 * Reads the file once, into the table `raw`: the columns that mean something, in the file's order, one column a field.
 * Everything after works on that table, so that neither the file's size nor its format matters any more.
 */
export async function stageRows(
  table: OpenTable,
  mapping: readonly ColumnGuess[],
  limitRows: number | undefined,
  bench: Workbench,
): Promise<Result<StagedRows>> {
  const cells = orderFields.map((field) => cellOf(field, table, mapping));
  // In two steps, so that the database trims each cell once.
  const inner = cells.map((cell, index) => `${cell.read} AS ${identifier(orderFields[index]!)}`);
  const outer = cells.map((cell, index) => `${cell.clean(identifier(orderFields[index]!))} AS ${identifier(orderFields[index]!)}`);
  // One row more than asked for, to see which order the limit cuts through.
  const limit = limitRows === undefined ? "" : ` LIMIT ${limitRows + 1}`;
  try {
    await bench.run(`CREATE TABLE raw AS SELECT ${outer.join(", ")} FROM (SELECT ${inner.join(", ")} FROM ${table.wholeRelation}${limit})`);
  } catch (error) {
    return refuseDamaged(error);
  }
  const [[rows] = []] = await bench.rows("SELECT CAST(count(*) AS INTEGER) FROM raw");
  return table.setsAside ? countBroken(Number(rows), bench) : refuseEmpty({ rows: Number(rows), broken: 0, firstBroken: 0 });
}

type Cell = { readonly read: string; readonly clean: (name: string) => string };

function cellOf(field: OrderField, table: OpenTable, mapping: readonly ColumnGuess[]): Cell {
  const guess = mapping.find((one) => one.field === field);
  const column: TableColumn | undefined = table.columns.find(({ name }) => name === guess?.column);
  const asIs = (name: string) => name;
  if (column === undefined) return { read: "CAST(NULL AS VARCHAR)", clean: asIs };
  if (numberFields.includes(field) && isNumeric(column)) return { read: numberOf(column), clean: asIs };
  if (field === "time" && isTemporal(column)) return { read: `CAST(${identifier(column.name)} AS ${timestampOf(column)})`, clean: asIs };
  const macro = idReaders[field];
  return { read: textOf(column), clean: (name) => (macro === undefined ? `filled(${name})` : `${macro}(filled(${name}))`) };
}

/** Nanoseconds are cut: nobody sells that fast. A time with a zone keeps it. */
function timestampOf(column: TableColumn): string {
  return column.type.includes("TIME ZONE") ? "TIMESTAMPTZ" : "TIMESTAMP";
}

async function countBroken(rows: number, bench: Workbench): Promise<Result<StagedRows>> {
  const [[broken, first, swallowing] = []] = await bench.rows(`SELECT CAST(count(DISTINCT line) AS INTEGER), CAST(min(line) AS INTEGER),
    CAST(min(line) FILTER (error_type IN ('UNQUOTED VALUE', 'LINE SIZE OVER MAXIMUM') AND contains(rtrim(csv_line, chr(10) || chr(13)), chr(10))) AS INTEGER)
    FROM reject_errors`);
  if (swallowing !== null) {
    // Everything up to the end of the file may be inside that quote; what comes after it is lost, not just odd.
    return refuse("FILE_UNREADABLE", `line ${swallowing}: a quotation mark is opened there and not closed; double it ("") or remove it`);
  }
  if (Number(broken) > rows) {
    return refuse(
      "FILE_UNREADABLE",
      `most lines do not have as many fields as the header, first line ${first}; export the file again with fields in quotes`,
    );
  }
  return refuseEmpty({ rows, broken: Number(broken), firstBroken: Number(first) });
}

function refuseEmpty(staged: StagedRows): Result<StagedRows> {
  return staged.rows + staged.broken > 0 ? succeed(staged) : refuse("FILE_UNREADABLE", "the file has column names but no rows; export it again");
}
