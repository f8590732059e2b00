import { basename } from "node:path";
import type { Clock } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { ProblemError, type Result, refuse, succeed } from "#domain/problem.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { IncomingMessage, IngestOutcome } from "#ingestion/message.ts";
import { buildLines } from "./build-lines.ts";
import { buildOrders, joinLines } from "./build-orders.ts";
import { cellMacros } from "./cells-sql.ts";
import type { GuessedMapping } from "./guess-mapping.ts";
import { countFile, emptyTally, type FileCounts, type ImportTally, type RejectedRows, tallyOutcome } from "./import-tally.ts";
import { type DateOrder, measureColumns } from "./measure-columns.ts";
import { openTable } from "./open-table.ts";
import type { OrderField } from "./order-field.ts";
import { orderMessage, personOf } from "./order-message.ts";
import { type ReadOrder, readOrders } from "./read-orders.ts";
import { settleMapping } from "./settle-mapping.ts";
import { stageRows } from "./stage-rows.ts";
import { takeSamples } from "./table-samples.ts";
import { isTimeZone, timeMacros } from "./time-sql.ts";
import { type Workbench, withWorkbench } from "./workbench.ts";

export type OrdersImport = {
  readonly file: string;
  readonly shopId: ShopId;
  /** Said by the caller; wins over the guess. */
  readonly columns: Partial<Record<OrderField, string>>;
  /** What the shop says its customers agreed to; empty: the orders are kept, and used for nothing. */
  readonly consents: readonly Purpose[];
  readonly notice: string | null;
  /** For rows without a currency of their own. */
  readonly currency: string | null;
  /** Where times without an offset were written; UTC unless told. */
  readonly timeZone?: string;
  /** For dates like 1/2/2010; told from the whole file unless said. */
  readonly dateOrder?: DateOrder;
  /** Read at most so many rows; an order that the limit would cut is left for another time. */
  readonly limitRows?: number;
  /** Keep postage, fees and stock corrections too. */
  readonly keepAll?: boolean;
  /** Where to put what does not fit into memory; the system's temporary folder unless told. */
  readonly temporaryFolder?: string;
};

export type OrdersImportDeps = {
  readonly clock: Clock;
  readonly ingest: (shopId: ShopId, messages: readonly IncomingMessage[]) => Promise<readonly IngestOutcome[]>;
  /** Comes before the orders of these people. It is for the receiver to let a person's own no stand. */
  readonly assertConsents: (shopId: ShopId, people: readonly PersonName[], purposes: readonly Purpose[], notice: string | null) => Promise<void>;
  /** Once, before any row is handed on. */
  readonly onMapping: (mapping: GuessedMapping) => void;
  readonly onProgress: (done: { rows: number; totalRows: number | null; orders: number }) => void;
};

export type ImportSummary = {
  file: string;
  rows: number;
  orders: { new: number; alreadyKnown: number };
  /** New and already known together. */
  returns: number;
  customers: number;
  guestOrders: number;
  items: number;
  rejected: RejectedRows[];
  mapping: Record<string, string>;
  from: string | null;
  to: string | null;
  seconds: number;
};

const batch = { orders: 500, lines: 20_000 };

/**
 * Loads a file of order lines: one purchase an order, one return for what came back of it. Reads files of any size in
 * bounded memory. Orders that are already there stay as they are, so the same file may be imported again at any time.
 */
export async function importOrders(request: OrdersImport, deps: OrdersImportDeps): Promise<Result<ImportSummary>> {
  const { timeZone = "UTC", limitRows } = request;
  if (!isTimeZone(timeZone)) return refuse("OPTION_INVALID", `there is no time zone ${timeZone}; give one like Europe/London`);
  if (limitRows !== undefined && !(Number.isSafeInteger(limitRows) && limitRows > 0))
    return refuse("OPTION_INVALID", "the row limit must be a whole number above 0");
  const start = deps.clock();
  const tally = emptyTally();
  try {
    return await withWorkbench(request.temporaryFolder, async (bench) => {
      deps.onProgress({ rows: 0, totalRows: null, orders: 0 });
      const prepared = await prepare(request, deps, bench);
      if (!prepared.ok) return prepared;
      const { counts, mapping } = prepared.value;
      if (counts.from === null) return refuseAllRejected(counts);
      for await (const orders of readOrders(bench, batch)) {
        await handOn(orders, request, deps, tally);
        deps.onProgress({ rows: tally.rows, totalRows: counts.rows, orders: tally.new + tally.alreadyKnown + tally.returns });
      }
      return succeed(summarize(request, counts, mapping, tally, (deps.clock() - start) / 1000));
    });
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const kept = tally.new + tally.alreadyKnown + tally.returns;
    return refuse(
      error.problem.code,
      `${error.problem.detail} (${kept} orders are kept; put this right and run the same command again, it goes on from there)`,
    );
  }
}

/** From the file to the table `ordered`. */
async function prepare(
  request: OrdersImport,
  deps: OrdersImportDeps,
  bench: Workbench,
): Promise<Result<{ counts: FileCounts; mapping: GuessedMapping }>> {
  for (const macro of cellMacros()) await bench.run(macro);
  const opened = await openTable(request.file, bench);
  if (!opened.ok) return opened;
  const samples = await takeSamples(opened.value, bench);
  if (!samples.ok) return samples;
  const settled = settleMapping(samples.value, request.columns);
  if (!settled.ok) return settled;
  const { columns } = settled.value;
  const staged = await stageRows(opened.value, columns, request.limitRows, bench);
  if (!staged.ok) return staged;
  const measures = await measureColumns(columns, request.dateOrder, bench);
  for (const macro of timeMacros(request.timeZone ?? "UTC", measures.dayFirst)) await bench.run(macro);
  deps.onMapping({ ...settled.value, notes: [...opened.value.notes, ...measures.notes] });
  const rules = { now: deps.clock(), keepAll: request.keepAll === true, limitRows: request.limitRows };
  await buildLines(opened.value, columns, measures, rules, bench);
  await buildOrders(bench);
  const counts = await countFile(staged.value, bench);
  await joinLines(bench);
  return succeed({ counts, mapping: settled.value });
}

async function handOn(orders: readonly ReadOrder[], request: OrdersImport, deps: OrdersImportDeps, tally: ImportTally): Promise<void> {
  if (request.consents.length > 0) {
    const people = new Map(orders.filter(([line]) => line.firstMet).map((order) => [order[0].customer ?? `guest:${order[0].key}`, personOf(order)]));
    if (people.size > 0) await deps.assertConsents(request.shopId, [...people.values()], request.consents, request.notice);
  }
  const outcomes = await deps.ingest(
    request.shopId,
    orders.map((order) => orderMessage(order, request.currency)),
  );
  orders.forEach((order, index) => {
    tallyOutcome(tally, order, outcomes[index]!);
  });
}

function refuseAllRejected(counts: FileCounts): ReturnType<typeof refuse> {
  const reasons = counts.rejected.slice(0, 3).map(({ reason, rows, example }) => `${reason} (${rows} rows, first ${example})`);
  return refuse("NOTHING_IMPORTED", `none of the ${counts.rows} rows can be used: ${reasons.join("; ")}. Check the columns, or name them with --map`);
}

function summarize(request: OrdersImport, counts: FileCounts, mapping: GuessedMapping, tally: ImportTally, seconds: number): ImportSummary {
  return {
    file: basename(request.file),
    rows: counts.rows,
    orders: { new: tally.new, alreadyKnown: tally.alreadyKnown },
    returns: tally.returns,
    customers: counts.customers,
    guestOrders: tally.guestOrders,
    items: counts.items,
    rejected: [...counts.rejected, ...tally.rejected.values()],
    mapping: Object.fromEntries(mapping.columns.map(({ field, column }) => [field, column])),
    from: counts.from,
    to: counts.to,
    seconds,
  };
}
