import type { IngestOutcome } from "#ingestion/message.ts";
import type { OrderLine, ReadOrder } from "./read-orders.ts";
import { lateReasons } from "./row-reasons.ts";
import type { StagedRows } from "./stage-rows.ts";
import type { Workbench } from "./workbench.ts";

/** Rows that were left out for one reason, with one of them to look at; the example names no person. */
export type RejectedRows = { reason: string; rows: number; example: string };

/** What the file holds, before any of it is handed on. */
export type FileCounts = { rows: number; customers: number; items: number; from: string | null; to: string | null; rejected: RejectedRows[] };

/** Running counts of an import. */
export type ImportTally = {
  rows: number;
  new: number;
  alreadyKnown: number;
  returns: number;
  guestOrders: number;
  rejected: Map<string, RejectedRows>;
};

export function emptyTally(): ImportTally {
  return { rows: 0, new: 0, alreadyKnown: 0, returns: 0, guestOrders: 0, rejected: new Map() };
}

/** Counts what became of one order. */
export function tallyOutcome(tally: ImportTally, order: ReadOrder, outcome: IngestOutcome): void {
  const [first] = order;
  tally.rows += order.length;
  if (outcome.kind === "dead-letter") tallyRejected(tally, outcome.problem.code, order, outcome.problem.detail);
  else if (outcome.kind === "drop" && outcome.reason !== "DUPLICATE") tallyRejected(tally, outcome.reason, order, describe(first));
  else if (first.isReturn) tally.returns++;
  else {
    if (outcome.kind === "ok") tally.new++;
    else tally.alreadyKnown++;
    if (first.customer === null) tally.guestOrders++;
  }
}

function tallyRejected(tally: ImportTally, reason: string, order: ReadOrder, example: string): void {
  const before = tally.rejected.get(reason);
  tally.rejected.set(reason, { reason, rows: (before?.rows ?? 0) + order.length, example: before?.example ?? example });
}

function describe(line: OrderLine): string {
  return line.orderId === null ? `item ${line.item}` : `order ${line.orderId}`;
}

/** Counts over `lines` and `heads`. */
export async function countFile(staged: StagedRows, bench: Workbench): Promise<FileCounts> {
  const [[rows, customers, items, from, to] = []] = await bench.rows(`SELECT CAST((SELECT count(*) FROM lines) AS DOUBLE),
    CAST((SELECT count(*) FROM (SELECT DISTINCT customer FROM heads WHERE customer IS NOT NULL)) AS DOUBLE),
    CAST((SELECT count(*) FROM (SELECT DISTINCT item FROM lines WHERE reason IS NULL)) AS DOUBLE),
    CAST((SELECT min(at_ms) FROM heads) AS DOUBLE), CAST((SELECT max(at_ms) FROM heads) AS DOUBLE)`);
  const reasons = await bench.rows(`SELECT reason, CAST(count(*) AS DOUBLE), CAST(min(row) AS DOUBLE), arg_min(coalesce(example, ''), row)
    FROM lines WHERE reason IS NOT NULL GROUP BY reason ORDER BY 2 DESC, 1`);
  const rejected = reasons.map(([reason, count, row, example]) => ({
    reason: String(reason),
    rows: Number(count),
    example: `row ${row}${example === "" ? "" : `: ${example}`}`,
  }));
  if (staged.broken > 0) rejected.push({ reason: lateReasons.brokenLine, rows: staged.broken, example: `line ${staged.firstBroken}` });
  const day = (at: unknown) => (typeof at === "number" ? new Date(at).toISOString() : null);
  return { rows: Number(rows) + staged.broken, customers: Number(customers), items: Number(items), from: day(from), to: day(to), rejected };
}
