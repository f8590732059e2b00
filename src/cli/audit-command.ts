import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { CustomerId } from "#domain/ids.ts";
import { ProblemError } from "#domain/problem.ts";
import { wholeNumber } from "./numbers.ts";
import { withShop } from "./open-shop.ts";
import { type CommandFile, exitCodes, type SharedOptions, withSharedOptions } from "./program.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);

type Actor = { readonly kind: string; readonly tag?: string; readonly user?: string; readonly job?: string };
const actorWords = ({ kind, tag, user, job }: Actor) =>
  `${kind}${tag === undefined ? "" : ` ${tag}`}${user === undefined ? "" : ` ${user}`}${job === undefined ? "" : ` ${job}`}`;

/** `rapport audit show`, `verify`, `anchor`, `export` */
export const auditCommand: CommandFile = (program) => {
  const audit = program.command("audit").description("who did what with people's data: a chain that cannot be changed unseen");

  withSharedOptions(audit.command("show").description("the latest entries, the newest first"))
    .option("--customer <id>", "only what was done with this customer's data")
    .option("--limit <number>", "how many", wholeNumber(1, 10_000), 50)
    .action(async (options: SharedOptions & { readonly customer?: string; readonly limit: number }) => {
      const { showEntries } = await import("#server/show-audit.ts");
      const entries = await withShop(options, async (house, { shopId }) => {
        if (options.customer === undefined) return showEntries(house, shopId, await house.audit.show(shopId, { before: null, limit: options.limit }));
        const names = { customerId: options.customer as CustomerId, anonymousId: null };
        const person = await house.gate.recognise(shopId, names);
        const ids = (await house.personIds.ofNames(shopId, names)).map(({ personId }) => personId);
        return showEntries(house, shopId, await house.audit.about(shopId, [...new Set([...ids, ...(person?.memberIds ?? [])])], options.limit));
      });
      if (options.json) return void say(JSON.stringify({ entries }));
      for (const { seq, at, action, actor, about, everybody } of entries)
        say(
          `${String(seq).padStart(6)}  ${at}  ${action.padEnd(20)}  ${actorWords(actor as Actor)}${everybody ? "  everybody" : about.length > 0 ? `  ${about.join(", ")}` : ""}`,
        );
    });

  withSharedOptions(audit.command("verify").description("look through the whole chain, and hold it against the anchors")).action(
    async (options: SharedOptions) => {
      const verdict = await withShop(options, (house, { shopId }) => house.audit.verify(shopId));
      if (!verdict.whole) process.exitCode = exitCodes.refused;
      if (options.json) return void say(JSON.stringify(verdict));
      for (const { seq, what } of verdict.findings) say(`✗ ${seq === null ? "" : `entry ${seq}: `}${what}`);
      if (!verdict.whole)
        throw new ProblemError({ code: "AUDIT_BROKEN", detail: `${verdict.findings.length} findings in ${verdict.entries} entries` });
      const anchored = verdict.anchors.upTo === null ? "never anchored: rapport audit anchor" : `anchored up to ${verdict.anchors.upTo}`;
      say(`✓ ${verdict.entries} entries, as they were written; ${anchored}`);
    },
  );

  withSharedOptions(audit.command("anchor").description("sign the head now, and keep that in the data folder; copy it elsewhere")).action(
    async (options: SharedOptions) => {
      const anchor = await withShop(
        options,
        async (house, shop) => (await house.audit.anchor(shop)) ?? house.audit.anchors(shop.shopId).at(-1) ?? null,
      );
      if (options.json) return void say(JSON.stringify(anchor));
      if (anchor === null) return void say("Nothing has been noted yet.");
      say(`entry ${anchor.seq}, ${anchor.hash}, ${anchor.at}, signed with ${anchor.signature.keyId}`);
    },
  );

  withSharedOptions(audit.command("export").description("write the chain as JSON lines, for the verifier of one file (--verifier prints that)"))
    .option("--out <file>", "where to; else to the standard output")
    .option("--verifier", "print the verifier instead: node verify-audit.mjs audit.jsonl")
    .action(async (options: SharedOptions & { readonly out?: string; readonly verifier?: true }) => {
      if (options.verifier === true) {
        const { readFileSync } = await import("node:fs");
        const { auditVerifier } = await import("#server/standalone-verifier.ts");
        process.stdout.write(readFileSync(auditVerifier, "utf8"));
        return;
      }
      await withShop(options, async (house, { shopId }) => {
        const lines = house.audit.export(shopId);
        if (options.out !== undefined) await pipeline(Readable.from(lines), createWriteStream(options.out, { mode: 0o600 }));
        else for await (const line of lines) process.stdout.write(line);
      });
    });
};
