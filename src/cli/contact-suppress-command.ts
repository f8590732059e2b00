import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Command } from "commander";
import { ProblemError } from "#domain/problem.ts";
import { type Channel, channels } from "#privacy/consent/may-contact.ts";
import { withShop } from "./open-shop.ts";
import { type SharedOptions, withSharedOptions } from "./program.ts";

const linesAtOnce = 10_000;

type Options = SharedOptions & { readonly channels: string; readonly source: string; readonly country?: string };

function channelsIn(text: string): (Channel | "*")[] {
  return text.split(",").map((word) => {
    const channel = word.trim();
    if (channel !== "*" && !(channels as readonly string[]).includes(channel))
      throw new ProblemError({ code: "OPTION_INVALID", detail: `--channels takes ${channels.join(", ")}, or * for all` });
    return channel as Channel | "*";
  });
}

/** The first field of each line: lists come as text, or as tables with more beside the number. Throws ProblemError FILE_MISSING. */
async function* linesOf(file: string): AsyncGenerator<readonly string[]> {
  let lines: string[] = [];
  const input = createReadStream(file, "utf8");
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const address = line
        .split(/[,;\t]/)[0]!
        .replace(/^\uFEFF/, "")
        .replaceAll('"', "")
        .trim();
      if (address !== "") lines.push(address);
      if (lines.length >= linesAtOnce) {
        yield lines;
        lines = [];
      }
    }
  } catch (error) {
    throw new ProblemError({ code: "FILE_MISSING", detail: file }, { cause: error });
  }
  if (lines.length > 0) yield lines;
}

/** `rapport contact suppress FILE`: a do-not-call register, complaints, bounces. */
export function addSuppress(contact: Command): void {
  withSharedOptions(
    contact.command("suppress <file>").description("addresses that are never written to or called, whatever anybody agrees to; one a line"),
  )
    .requiredOption("--channels <channels>", `${channels.join(", ")}, with commas between, or * for all`)
    .requiredOption("--source <words>", "where the list comes from, such as dncr-2026-11")
    .option("--country <code>", "calling code of numbers that name none, such as 92")
    .action(async (file: string, options: Options) => {
      const [wanted, country] = [channelsIn(options.channels), options.country ?? null];
      if (country !== null && !/^[1-9]\d{0,2}$/.test(country))
        throw new ProblemError({ code: "OPTION_INVALID", detail: "--country is a calling code, such as 92" });
      const sums = { added: 0, known: 0, invalid: 0 };
      await withShop(options, async (house, { shopId }) => {
        for await (const addresses of linesOf(file)) {
          const written = await house.contacts.suppress(shopId, { channels: wanted, source: options.source, country, addresses });
          if (!written.ok) throw new ProblemError(written.problem);
          for (const name of ["added", "known", "invalid"] as const) sums[name] += written.value[name];
        }
      });
      if (options.json) process.stdout.write(`${JSON.stringify(sums)}\n`);
      else process.stdout.write(`${sums.added} added, ${sums.known} known, ${sums.invalid} that are no addresses of the channel\n`);
    });
}
