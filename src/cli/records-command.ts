import { Argument, Option } from "commander";
import { type DocumentFormat, documentFormats, writeDocument } from "#privacy/registry/document.ts";
import { type RecordKind, recordKinds, writeRecord } from "#privacy/registry/write-records.ts";
import { withShop } from "./open-shop.ts";
import { type CommandFile, type SharedOptions, withSharedOptions } from "./program.ts";

/** `rapport records ropa|retention|dpia` */
export const recordsCommand: CommandFile = (program) => {
  withSharedOptions(
    program
      .command("records")
      .description("documents about the processing, written from what is in force: record of processing, retention, draft of an impact assessment")
      .addArgument(new Argument("<kind>", "which").choices(recordKinds)),
  )
    .addOption(new Option("--format <format>", "how it is written").choices(documentFormats).default("md"))
    .action(async (kind: RecordKind, options: SharedOptions & { readonly format: DocumentFormat }) => {
      const document = await withShop(options, async (house, shop) => writeRecord(kind, await house.recordFacts(shop)));
      process.stdout.write(writeDocument(document, options.json === true ? "json" : options.format));
    });
};
