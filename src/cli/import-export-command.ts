import type { Command } from "commander";
import { ProblemError } from "#domain/problem.ts";
import type { RestoreSummary } from "#ingestion/exports/restore-tally.ts";
import { withShop } from "./open-shop.ts";
import { type SharedOptions, withSharedOptions } from "./program.ts";
import { tellModels } from "./train-command.ts";

type Options = SharedOptions & { readonly train: boolean };

/** `rapport import export FILE…` */
export function addExportImport(command: Command): void {
  withSharedOptions(
    command
      .command("export <files...>")
      .description("events, customers or items as rapport export wrote them, in any of its formats, also .gz; safe to run twice"),
  )
    .option("--no-train", "do not learn from it now; a running server, or rapport train, will")
    .action(async (files: string[], options: Options) => {
      const { importExport } = await import("#ingestion/exports/import-export.ts");
      await withShop(options, async (house, shop) => {
        const summaries: RestoreSummary[] = [];
        // Decisions stand among the events with the ids they were made under; what customers add to that comes after.
        for (const file of await inOrder(files)) {
          const summary = await importExport(shop.shopId, file, house);
          if (!options.json) tellSummary(file, summary);
          summaries.push(summary);
          if (summary.rows > 0 && summary.restored + summary.known + summary.older === 0)
            throw new ProblemError({ code: "NOTHING_IMPORTED", detail: `no row of ${file} could be used: ${summary.rejected[0]?.reason ?? "?"}` });
        }
        const learned =
          options.train && summaries.some(({ restored }) => restored > 0) ? await house.learner.learn(shop.shopId, { judged: true }) : null;
        if (options.json) process.stdout.write(`${JSON.stringify({ files: summaries, models: learned?.models ?? [] })}\n`);
        else if (learned?.changed) process.stdout.write(`learnt from it:\n${tellModels(learned)}`);
      });
    });
}

async function inOrder(files: readonly string[]): Promise<string[]> {
  const { openExport } = await import("#ingestion/exports/read-records.ts");
  const kinds = new Map<string, number>();
  for (const file of files) kinds.set(file, ["events", "items", "customers"].indexOf((await openExport(file)).kind));
  return files.toSorted((a, b) => kinds.get(a)! - kinds.get(b)!);
}

function tellSummary(file: string, { kind, rows, restored, known, older, rejected }: RestoreSummary): void {
  const line = (text: string) => process.stdout.write(`${text}\n`);
  line(`${file}: ${rows} ${kind}, ${restored} restored, ${known} already known${older > 0 ? `, ${older} left out: the shop knows newer` : ""}`);
  const lost = rejected.reduce((sum, { rows: count }) => sum + count, 0);
  if (lost > 0) line(`${lost} rows rejected:`);
  for (const { reason, rows: count, row } of rejected) line(`  ${String(count).padStart(8)}  ${reason}, such as row ${row}`);
}
