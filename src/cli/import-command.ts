import { SingleBar } from "cli-progress";
import { type Problem, ProblemError } from "#domain/problem.ts";
import { isPurpose, type Purpose } from "#domain/purpose.ts";
import type { GuessedMapping } from "#ingestion/files/guess-mapping.ts";
import type { ImportSummary } from "#ingestion/files/import-orders.ts";
import { isOrderField, type OrderField, orderFields } from "#ingestion/files/order-field.ts";
import { addCopyImport } from "./import-copy-command.ts";
import { addExportImport } from "./import-export-command.ts";
import { addItemImports } from "./import-feed-command.ts";
import { commaList, wholeNumber } from "./numbers.ts";
import { withShop } from "./open-shop.ts";
import { type CommandFile, type SharedOptions, withSharedOptions } from "./program.ts";
import { tellModels } from "./train-command.ts";

type Options = SharedOptions & {
  readonly map?: string;
  readonly consent?: string;
  readonly notice?: string;
  readonly currency?: string;
  readonly timeZone?: string;
  readonly dateOrder?: string;
  readonly limit?: number;
  readonly keepAll?: true;
  readonly train: boolean;
};

const wrong = (detail: string): ProblemError => new ProblemError({ code: "OPTION_INVALID", detail } satisfies Problem);

function columnsOf(text: string | undefined): Partial<Record<OrderField, string>> {
  const columns: Partial<Record<OrderField, string>> = {};
  for (const pair of commaList(text ?? "")) {
    const [field, ...column] = pair.split("=");
    if (field === undefined || !isOrderField(field) || column.length === 0)
      throw wrong(`--map ${pair}: write FIELD=COLUMN with a field of ${orderFields.join(", ")}`);
    columns[field] = column.join("=");
  }
  return columns;
}

function consentsOf(text: string | undefined): Purpose[] {
  return commaList(text ?? "").map((purpose) => {
    if (!isPurpose(purpose)) throw wrong(`--consent ${purpose}: not a purpose; use personalize, learn, measure`);
    return purpose;
  });
}

function dateOrderOf(text: string | undefined): "day-first" | "month-first" | undefined {
  if (text !== undefined && text !== "day-first" && text !== "month-first") throw wrong("--date-order is day-first or month-first");
  return text;
}

function tellMapping({ columns, unused, notes }: GuessedMapping): void {
  process.stderr.write("columns:\n");
  for (const { field, column, why } of columns) process.stderr.write(`  ${field.padEnd(9)} ← ${column}  (${why})\n`);
  if (unused.length > 0) process.stderr.write(`  not used: ${unused.join(", ")}\n`);
  for (const note of notes) process.stderr.write(`  note: ${note}\n`);
}

function tellSummary(summary: ImportSummary, consents: readonly Purpose[]): void {
  const { rows, orders, returns, customers, guestOrders, items, rejected, from, to, seconds } = summary;
  const line = (text: string) => process.stdout.write(`${text}\n`);
  line(
    `${rows} rows: ${orders.new} new orders, ${orders.alreadyKnown} already known, ${returns} returns; ${customers} customers, ${guestOrders} guest orders, ${items} items`,
  );
  line(`from ${from?.slice(0, 10) ?? "?"} to ${to?.slice(0, 10) ?? "?"}, in ${seconds.toFixed(1)} s`);
  const lost = rejected.reduce((sum, { rows: count }) => sum + count, 0);
  line(lost === 0 ? "no row was rejected" : `${lost} rows rejected:`);
  for (const { reason, rows: count, example } of rejected)
    line(`  ${String(count).padStart(8)}  ${reason}${example === "" ? "" : `, such as ${example}`}`);
  line(
    consents.length === 0
      ? "No consent was asserted (--consent): the orders are kept as records, and used for nothing and nobody."
      : `Asserted by the shop for these people: ${consents.join(", ")}. What somebody decided themselves stands.`,
  );
}

/** A bar on a terminal; nothing where nobody looks. */
function progressBar() {
  const bar = new SingleBar({
    format: "  {bar} {percentage}% | {value}/{total} rows | {orders} orders | {duration_formatted}",
    hideCursor: true,
    stream: process.stderr,
  });
  let started = false;
  return {
    show({ rows, totalRows, orders }: { rows: number; totalRows: number | null; orders: number }): void {
      if (totalRows === null) return;
      if (!started) bar.start(totalRows, rows, { orders });
      started = true;
      bar.update(rows, { orders });
    },
    stop: () => bar.stop(),
  };
}

/** `rapport import orders FILE`, and the imports of items */
export const importCommand: CommandFile = (program) => {
  const command = program.command("import").description("load a file into a shop");
  addItemImports(command);
  addExportImport(command);
  addCopyImport(command);
  withSharedOptions(
    command.command("orders <file>").description("order lines from CSV, TSV, JSONL, JSON or Parquet, each also .gz; safe to run twice"),
  )
    .option("--map <pairs>", `which column is what, where the guess is wrong: customer=COLUMN,item=COLUMN … (${orderFields.join(", ")})`)
    .option("--consent <purposes>", "what the shop asserts these people agreed to: personalize,learn,measure; without it the orders are only kept")
    .option("--notice <text>", "version or address of the notice they agreed to")
    .option("--currency <code>", "for rows without a currency of their own")
    .option("--time-zone <name>", "where times without an offset were written, such as Asia/Karachi", "UTC")
    .option("--date-order <order>", "day-first or month-first, for dates like 1/2/2010; told from the file unless said")
    .option("--limit <rows>", "read at most so many rows", wholeNumber(1, 2 ** 40))
    .option("--keep-all", "keep postage, fees and corrections too")
    .option("--no-train", "do not learn from it now; a running server, or rapport train, will")
    .action(async (file: string, options: Options) => {
      const [columns, consents, dateOrder] = [columnsOf(options.map), consentsOf(options.consent), dateOrderOf(options.dateOrder)];
      const { importOrders } = await import("#ingestion/files/import-orders.ts");
      await withShop(options, async (house, shop) => {
        const bar = progressBar();
        const result = await importOrders(
          {
            file,
            shopId: shop.shopId,
            columns,
            consents,
            notice: options.notice ?? null,
            currency: options.currency ?? shop.currency,
            timeZone: options.timeZone,
            dateOrder,
            limitRows: options.limit,
            keepAll: options.keepAll === true,
          },
          {
            clock: house.clock,
            ingest: house.ingest,
            assertConsents: async (shopId, people, purposes, notice) => {
              await house.recordConsents(
                shopId,
                people.map((names) => ({
                  names,
                  purposes: new Map(purposes.map((purpose) => [purpose, true])),
                  source: "shop-asserted",
                  notice,
                  how: "import",
                })),
              );
            },
            onMapping: (mapping) => {
              if (!options.json) tellMapping(mapping);
            },
            onProgress: (done) => {
              if (!options.json && process.stderr.isTTY) bar.show(done);
            },
          },
        ).finally(bar.stop);
        if (!result.ok) throw new ProblemError(result.problem);
        if (!options.json) tellSummary(result.value, consents);
        if (options.train && !options.json) process.stderr.write("learning from it …\n");
        const learned = options.train ? await house.learner.learn(shop.shopId, { judged: true }) : null;
        if (options.json) process.stdout.write(`${JSON.stringify({ ...result.value, models: learned?.models ?? [] })}\n`);
        else if (learned?.changed) process.stdout.write(`learnt from it:\n${tellModels(learned)}`);
      });
    });
};
