import { type Result, refuse, succeed } from "#domain/problem.ts";
import { isTemporal, textOf } from "./cells-sql.ts";
import { measureColumns } from "./measure-columns.ts";
import type { OpenTable } from "./open-table.ts";
import type { InteractionColumns, InteractionField } from "./read-interactions-columns.ts";
import { refuseDamaged } from "./refuse-damaged.ts";
import { timeMacros } from "./time-sql.ts";
import { identifier, type TableColumn, type Workbench } from "./workbench.ts";

export type StagedInteractions = {
  /** SQL for (user, item, at_ms, event, order, rating) of the rows that can be used, in the file's order. */
  readonly usable: string;
  readonly notes: readonly string[];
};

const longestId = 256;
/** Times looked at to tell how they are written. */
const sampledTimes = 1000;
const fields = ["user", "item", "time", "event", "rating", "order"] as const satisfies readonly InteractionField[];

/** Reads the file once into the table `raw`, counts what cannot be used, and says how to select the rest. */
export async function stageInteractions(
  table: OpenTable,
  columns: InteractionColumns,
  minRating: number | null,
  bench: Workbench,
): Promise<Result<StagedInteractions>> {
  const columnOf = (field: InteractionField) => table.columns.find(({ name }) => name === columns[field]);
  const timeColumn = columnOf("time");
  const cells = fields.map((field) => {
    const column = columnOf(field);
    if (column === undefined) return `CAST(NULL AS VARCHAR) AS ${identifier(field)}`;
    if (field === "time" && isTemporal(column))
      return `CAST(${identifier(column.name)} AS ${isZoned(column) ? "TIMESTAMPTZ" : "TIMESTAMP"}) AS "time"`;
    const text = `filled(${textOf(column)})`;
    return `${field === "user" || field === "item" || field === "order" ? `id_of(${text})` : text} AS ${identifier(field)}`;
  });
  try {
    // Without prices: measureColumns looks at them too, and is asked only which of 12/1 is the day.
    await bench.run(
      `CREATE TABLE raw AS SELECT ${cells.join(", ")}, CAST(NULL AS VARCHAR) AS price, CAST(NULL AS VARCHAR) AS total FROM ${table.wholeRelation}`,
    );
  } catch (error) {
    return refuseDamaged(error);
  }
  const broken = table.setsAside ? await countBroken(bench) : succeed(0);
  if (!broken.ok) return broken;
  const measures = await measureColumns([], undefined, bench);
  for (const macro of timeMacros("UTC", measures.dayFirst)) await bench.run(macro);
  const usable = `"user" IS NOT NULL AND item IS NOT NULL AND at_ms IS NOT NULL AND NOT unusable_id(item, ${longestId})`;
  const rated = minRating === null ? "true" : `coalesce(number_of(rating) >= ${minRating}, false)`;
  await bench.run(`CREATE TABLE interactions AS SELECT row, "user", item, at_ms, event, "order", number_of(rating) AS rating, ${usable} AS usable, ${rated} AS rated
    FROM (SELECT *, rowid AS row, ${timeColumn === undefined ? "rowid" : await timeOf(timeColumn, bench)} AS at_ms FROM raw)`);
  const [[rows, unready, low] = []] = await bench.rows(`SELECT CAST(count(*) AS INTEGER), CAST(count(*) FILTER (NOT usable) AS INTEGER),
    CAST(count(*) FILTER (usable AND NOT rated) AS INTEGER) FROM interactions`);
  if (rows === unready) return refuse("NOT_ENOUGH_DATA", `none of the ${rows} rows has a user, an item and a time that can be read`);
  if (Number(unready) + Number(low) === rows) return refuse("NOT_ENOUGH_DATA", `no row has a rating of ${minRating} or more`);
  return succeed({
    usable: `SELECT "user", item, CAST(at_ms AS DOUBLE), event, "order", rating FROM interactions WHERE usable AND rated ORDER BY row`,
    notes: [
      ...table.notes,
      ...measures.notes,
      ...(Number(unready) > 0 ? [`${unready} rows without a user, an item or a time that can be read are left out`] : []),
      ...(Number(low) > 0 ? [`${low} rows rated below ${minRating} are left out`] : []),
      ...(broken.value > 0 ? [`${broken.value} lines that do not fit the header are left out`] : []),
    ],
  });
}

const isZoned = (column: TableColumn) => column.type.includes("TIME ZONE");

/** SQL for the milliseconds of a row of `raw`. */
async function timeOf(column: TableColumn, bench: Workbench): Promise<string> {
  if (isTemporal(column)) return isZoned(column) ? `epoch_ms("time")` : `utc_ms("time")`;
  // Small plain numbers (1, 2, 3 …) are no date in any notation: seconds, which keeps their order.
  const [[mostlyPlain] = []] = await bench.rows(`SELECT count(*) FILTER (number_of("time") IS NOT NULL AND time_ms("time") IS NULL) * 2 > count(*)
    FROM (SELECT "time" FROM raw USING SAMPLE reservoir(${sampledTimes} ROWS) REPEATABLE (1))`);
  return mostlyPlain === true ? `1000 * number_of("time")` : `time_ms("time")`;
}

async function countBroken(bench: Workbench): Promise<Result<number>> {
  const [[broken, swallowing] = []] = await bench.rows(`SELECT CAST(count(DISTINCT line) AS INTEGER),
    CAST(min(line) FILTER (error_type IN ('UNQUOTED VALUE', 'LINE SIZE OVER MAXIMUM') AND contains(rtrim(csv_line, chr(10) || chr(13)), chr(10))) AS INTEGER)
    FROM reject_errors`);
  // Everything up to the end of the file may be inside that quote.
  if (swallowing !== null)
    return refuse("FILE_UNREADABLE", `line ${swallowing}: a quotation mark is opened there and not closed; double it ("") or remove it`);
  const [[rows] = []] = await bench.rows("SELECT CAST(count(*) AS INTEGER) FROM raw");
  if (Number(broken) > Number(rows)) return refuse("FILE_UNREADABLE", "most lines do not have as many fields as the first; export the file again");
  return succeed(Number(broken));
}
