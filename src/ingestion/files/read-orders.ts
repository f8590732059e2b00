import type { DuckDBValue } from "@duckdb/node-api";
import type { EpochMs } from "#domain/clock.ts";
import type { Workbench } from "./workbench.ts";

/** One kept row of the file, with what is known of its order. */
export type OrderLine = {
  /** Tells orders apart; the same in every run over the same rows. */
  readonly key: string;
  readonly isReturn: boolean;
  readonly orderId: string | null;
  readonly customer: string | null;
  readonly firstMet: boolean;
  readonly at: EpochMs;
  readonly item: string;
  /** Always above 0. */
  readonly quantity: number;
  readonly price: number | null;
  readonly currency: string | null;
  /** What the file calls the item most often; so with category and brand. */
  readonly title: string | null;
  readonly category: string | null;
  readonly brand: string | null;
};

/** All rows of one order that were bought, or all that came back; never empty. */
export type ReadOrder = readonly [OrderLine, ...OrderLine[]];

const linesInOrder = `SELECT key, is_return, order_id, customer, first_met, CAST(at_ms AS DOUBLE), item, abs(quantity), abs(price), currency, title, category, brand
  FROM ordered ORDER BY nr, is_return, row`;

/** The orders of the table `ordered`, earliest first, in batches; only a batch is in memory at a time. */
export async function* readOrders(bench: Workbench, batch: { orders: number; lines: number }): AsyncGenerator<readonly ReadOrder[]> {
  let orders: ReadOrder[] = [];
  let lineCount = 0;
  let current: [OrderLine, ...OrderLine[]] | null = null;
  for await (const chunk of bench.stream(linesInOrder)) {
    for (let row = 0; row < (chunk[0]?.length ?? 0); row++) {
      const line = lineAt(chunk, row);
      if (current !== null && current[0].key === line.key && current[0].isReturn === line.isReturn) current.push(line);
      else {
        if (current !== null) orders.push(current);
        if (orders.length >= batch.orders || lineCount >= batch.lines) {
          yield orders;
          orders = [];
          lineCount = 0;
        }
        current = [line];
      }
      lineCount++;
    }
  }
  if (current !== null) orders.push(current);
  if (orders.length > 0) yield orders;
}

function lineAt(chunk: readonly (readonly DuckDBValue[])[], row: number): OrderLine {
  const cell = (column: number) => chunk[column]?.[row];
  const price = cell(8);
  return {
    key: String(cell(0)),
    isReturn: cell(1) === true,
    orderId: text(cell(2)),
    customer: text(cell(3)),
    firstMet: cell(4) === true,
    at: Number(cell(5)),
    item: String(cell(6)),
    quantity: Number(cell(7)),
    price: typeof price === "number" ? price : null,
    currency: text(cell(9)),
    title: text(cell(10)),
    category: text(cell(11)),
    brand: text(cell(12)),
  };
}

function text(cell: DuckDBValue | undefined): string | null {
  return typeof cell === "string" ? cell : null;
}
