import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { Argument, Option } from "commander";
import { ProblemError } from "#domain/problem.ts";
import { type ExportKind, exportColumns, exportKinds } from "#ingestion/exports/columns.ts";
import type { ExportFormat } from "#ingestion/exports/write-records.ts";
import { withShop } from "./open-shop.ts";
import { type CommandFile, type SharedOptions, withSharedOptions } from "./program.ts";

type Options = SharedOptions & { readonly format: ExportFormat; readonly out: string };

/** `rapport export events|customers|items` */
export const exportCommand: CommandFile = (program) => {
  withSharedOptions(
    program
      .command("export")
      .description("all of a shop's events, customers or items as a file that other programs read, and that this one takes back")
      .addArgument(new Argument("<what>", "what to write").choices(exportKinds)),
  )
    .addOption(new Option("--format <format>", "what kind of file").choices(["jsonl", "parquet", "csv"]).default("jsonl"))
    .option("--out <file>", "where to; - is standard output", "-")
    .action(async (what: ExportKind, options: Options) => {
      await withShop(options, async (house, shop) => {
        const [{ eventRecords }, { customerRecords }, { itemRecords }, { writeRecords }] = await Promise.all([
          import("#ingestion/exports/event-records.ts"),
          import("#ingestion/exports/customer-records.ts"),
          import("#ingestion/exports/item-records.ts"),
          import("#ingestion/exports/write-records.ts"),
        ]);
        let leftOut = 0;
        const pages =
          what === "events"
            ? eventRecords(shop.shopId, house, () => leftOut++)
            : what === "customers"
              ? customerRecords(shop.shopId, house)
              : itemRecords(shop.shopId, house.store);
        if (what !== "items")
          process.stderr.write("This holds personal data: keep it where only those who need it can read it, and delete it after use.\n");
        const rows = await intoSink(options.out, (sink) => writeRecords(pages, exportColumns[what], options.format, sink));
        if (leftOut > 0)
          process.stderr.write(
            `${leftOut} ${leftOut === 1 ? "event" : "events"} in the log cannot be read any more and ${leftOut === 1 ? "is" : "are"} not in it: "rapport doctor" says more.\n`,
          );
        if (options.out === "-") process.stderr.write(`${rows} rows\n`);
        else
          process.stdout.write(
            options.json
              ? `${JSON.stringify({ what, format: options.format, file: options.out, rows, leftOut })}\n`
              : `${rows} ${what} in ${options.out}\n`,
          );
      });
    });
};

/** A file appears under its name when it is whole, and only its owner can read it. */
async function intoSink(out: string, write: (sink: Writable) => Promise<number>): Promise<number> {
  if (out === "-") {
    // Whoever reads may have enough before the end.
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
    return write(process.stdout);
  }
  const isSpecial = await stat(out).then(
    (found) => !found.isFile(),
    () => false,
  );
  const part = isSpecial ? out : `${out}.${randomBytes(4).toString("hex")}.part`;
  const sink = createWriteStream(part, { mode: 0o600, flags: isSpecial ? "w" : "wx" });
  let failure: NodeJS.ErrnoException | null = null;
  sink.on("error", (error) => {
    failure = error;
  });
  try {
    const rows = await write(sink);
    sink.end();
    await finished(sink);
    if (failure !== null) throw failure;
    if (!isSpecial) await rename(part, out);
    return rows;
  } catch (error) {
    sink.destroy();
    if (!isSpecial) await rm(part, { force: true });
    throw explained(failure ?? error, out);
  }
}

function explained(error: unknown, out: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOSPC") return new ProblemError({ code: "STORE_FULL", detail: `the disk of ${out} is full; nothing was written` }, { cause: error });
  if (/^E[A-Z]+$/.test(code))
    return new ProblemError({ code: "OPTION_INVALID", detail: `--out ${out} cannot be written (${code})` }, { cause: error });
  return error;
}
