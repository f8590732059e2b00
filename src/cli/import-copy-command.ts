import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { ProblemError } from "#domain/problem.ts";
import { withShop } from "./open-shop.ts";
import { type SharedOptions, withSharedOptions } from "./program.ts";

/** `rapport import copy FILE` */
export function addCopyImport(command: Command): void {
  withSharedOptions(command.command("copy <file>").description("one person's own copy, the JSON of rapport rights export; safe to run twice")).action(
    async (file: string, options: SharedOptions) => {
      const { restoreCopy } = await import("#ingestion/exports/restore-copy.ts");
      const document = await readFile(file, "utf8")
        .catch((error: unknown) => {
          throw new ProblemError({ code: "FILE_MISSING", detail: file }, { cause: error });
        })
        .then((text) => JSON.parse(text) as unknown)
        .catch((error: unknown) => {
          if (error instanceof ProblemError) throw error;
          throw new ProblemError({ code: "FILE_UNREADABLE", detail: `${file} is no JSON` }, { cause: error });
        });
      await withShop(options, async (house, { shopId }) => {
        const { events, ...rest } = await restoreCopy(shopId, document, {
          store: house.store,
          personIds: house.personIds,
          contacts: house.vault.contacts,
        });
        if (options.json) return void process.stdout.write(`${JSON.stringify({ events, ...rest })}\n`);
        process.stdout.write(
          `${events.restored} entries restored, ${events.known} already known, ${rest.preferences} choices, ${rest.contacts} contacts\n`,
        );
        if (rest.leftOut > 0) process.stdout.write(`${rest.leftOut} left out: nothing allows to keep them, or they cannot be read\n`);
        for (const { reason, rows } of events.rejected) process.stdout.write(`  ${rows} rejected: ${reason}\n`);
      });
    },
  );
}
