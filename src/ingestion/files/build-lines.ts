import type { EpochMs } from "#domain/clock.ts";
import { isTemporal } from "./cells-sql.ts";
import type { ColumnGuess } from "./guess-mapping.ts";
import type { Measures } from "./measure-columns.ts";
import type { OpenTable } from "./open-table.ts";
import { reasonColumns } from "./row-reasons.ts";
import type { Workbench } from "./workbench.ts";

export type LineRules = { readonly now: EpochMs; readonly keepAll: boolean; readonly limitRows: number | undefined };

/**
 * From `raw` to `lines`: cells become ids, numbers and times, and each row gets its reason to be left out, if any.
 * `order_key` holds the rows of an order together: its number, or customer and time where the file has none.
 */
export async function buildLines(
  table: OpenTable,
  mapping: readonly ColumnGuess[],
  measures: Measures,
  rules: LineRules,
  bench: Workbench,
): Promise<void> {
  const column = (field: string) => table.columns.find(({ name }) => name === mapping.find((guess) => guess.field === field)?.column);
  const has = (field: string) => column(field) !== undefined;
  const timeColumn = column("time");
  const temporal = timeColumn !== undefined && isTemporal(timeColumn);
  const zoned = temporal && timeColumn.type.includes("TIME ZONE");
  const number = (field: string, reader: string) => {
    const type = column(field)?.type ?? "VARCHAR";
    return /VARCHAR|BLOB|JSON|UUID|ENUM/.test(type) || !has(field)
      ? `${reader}(CAST("${field}" AS VARCHAR), ${measures.decimalComma})`
      : `CAST("${field}" AS DOUBLE)`;
  };
  const quantity = has("quantity") ? number("quantity", "count_of") : "1.0";
  const text = has("clock") ? `with_clock(CAST("time" AS VARCHAR), clock)` : `CAST("time" AS VARCHAR)`;
  const at = !temporal || (has("clock") && !zoned) ? `time_ms(${text})` : zoned ? `epoch_ms("time")` : `utc_ms("time")`;
  await bench.run(`CREATE TABLE lines AS
    WITH cells AS (SELECT rowid + 1 AS row, "order" AS order_id, customer, item, title, category, brand,
        CASE WHEN regexp_full_match(currency, '[A-Za-z]{3}') THEN upper(currency) END AS currency,
        CAST(quantity AS VARCHAR) AS raw_quantity, ${quantity} AS quantity, ${text} AS raw_time, ${at} AS at_ms,
        ${number("price", "amount_of")} AS unit_price, ${number("total", "amount_of")} AS line_total FROM raw),
    priced AS (SELECT *, coalesce(unit_price, sane(line_total / nullif(quantity, 0))) AS price FROM cells),
    judged AS (SELECT *, ${reasonColumns(rules.now, measures.codesHaveDigits, rules.keepAll)} FROM priced)
    SELECT row, order_id, coalesce(order_id, 'at-' || left(sha256(coalesce(customer, '') || chr(31) || CAST(at_ms AS VARCHAR)), 24)) AS order_key,
      customer, item, ${["title", "category", "brand"].map(shown).join(", ")}, currency, quantity, price, at_ms, reason, example FROM judged`);
  await bench.run("DROP TABLE raw");
  // An order kept in part would count as already known when the rest of it comes: leave it out whole.
  if (rules.limitRows !== undefined)
    await bench.run(`DELETE FROM lines WHERE row > ${rules.limitRows} OR order_key IN (SELECT order_key FROM lines WHERE row > ${rules.limitRows})`);
}

/** Words for people: one line, of a length that a page can show. */
function shown(field: string): string {
  return `left(regexp_replace(${field}, '\\p{Cc}+', ' ', 'g'), 500) AS ${field}`;
}
