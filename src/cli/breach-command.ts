import { Option } from "commander";
import { ProblemError } from "#domain/problem.ts";
import type { BreachReport } from "#privacy/breach/breach.ts";
import { type BreachKind, breachKinds } from "#storage/ports/breach-store.ts";
import { withShop } from "./open-shop.ts";
import { type CommandFile, type SharedOptions, withSharedOptions } from "./program.ts";

type OpenOptions = SharedOptions & {
  readonly since: string;
  readonly until?: string;
  readonly what: BreachKind;
  readonly keyLost?: true;
  readonly keyTag?: string;
};
const say = (line: string) => process.stdout.write(`${line}\n`);
const iso = (at: number) => new Date(at).toISOString();

function timeIn(option: string, text: string): number {
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new ProblemError({ code: "OPTION_INVALID", detail: `${option}: a date such as 2026-01-31 or 2026-01-31T10:00Z` });
  return at;
}

const orUnknown = <Value>(found: Value | null | false): Value => {
  if (found === null || found === false) throw new ProblemError({ code: "BREACH_UNKNOWN", detail: "ID" });
  return found;
};

function tell({ breach, clock, scope, people, tables, words, uses }: BreachReport): void {
  say(`breach    ${breach.breachId}\nwhat      ${breach.facts.what}, since ${iso(breach.facts.since)}`);
  say(
    `tell by   ${iso(clock.dueAt)} (${clock.hours} hours; ${Math.round(clock.gone * 100)} % gone${clock.alarm === "none" ? "" : `, ${clock.alarm}`})`,
  );
  say(`affected  ${people} (${scope})\n${words}`);
  for (const one of tables)
    say(
      `  ${one.table.padEnd(20)} ${String(one.people).padStart(8)} people  ${String(one.rows).padStart(9)} rows  sealed: ${one.sealed.join(", ") || "nothing"}`,
    );
  for (const [action, count] of Object.entries(uses)) say(`  ${action.padEnd(20)} ${count} times`);
}

/** `rapport breach open`, `list`, `show`, `affected`, `notice`, `close` */
export const breachCommand: CommandFile = (program) => {
  const breach = program.command("breach").description("something was lost: who is affected, what can be read, until when it must be told");

  withSharedOptions(breach.command("open").description("look into it, and start the clock"))
    .requiredOption("--since <time>", "since when it may have been in strange hands")
    .option("--until <time>", "until when; now")
    .addOption(new Option("--what <what>", "what was lost").choices(breachKinds).makeOptionMandatory())
    .option("--key-lost", "the key of the installation may be in the same hands")
    .option("--key-tag <tag>", "of an API key: which (rapport shop keys list)")
    .action(async (options: OpenOptions) => {
      const { reportToWire } = await import("#server/http/breach-routes.ts");
      const report = await withShop(options, (house, { shopId }) => {
        const [since, until] = [timeIn("--since", options.since), options.until === undefined ? house.clock() : timeIn("--until", options.until)];
        if (since > until) throw new ProblemError({ code: "OPTION_INVALID", detail: "--since lies after --until" });
        return house.breaches.open(shopId, { what: options.what, since, until, keyLost: options.keyLost === true, keyTag: options.keyTag ?? null });
      });
      if (options.json) say(JSON.stringify(reportToWire(report)));
      else tell(report);
    });

  withSharedOptions(breach.command("list").description("breaches, and how much of the time is gone")).action(async (options: SharedOptions) => {
    const { listedToWire } = await import("#server/http/breach-routes.ts");
    const found = await withShop(options, (house, { shopId }) => house.breaches.list(shopId));
    if (options.json) return void say(JSON.stringify({ breaches: found.map(listedToWire) }));
    for (const { breachId, facts, clock } of found) say(`${breachId}  ${facts.what.padEnd(8)}  tell by ${iso(clock.dueAt)}  ${clock.alarm}`);
  });

  withSharedOptions(breach.command("show <id>").description("who is affected, and what can be read")).action(
    async (id: string, options: SharedOptions) => {
      const { reportToWire } = await import("#server/http/breach-routes.ts");
      const report = await withShop(options, async (house, { shopId }) => orUnknown(await house.breaches.report(shopId, id)));
      if (options.json) say(JSON.stringify(reportToWire(report)));
      else tell(report);
    },
  );

  withSharedOptions(breach.command("affected <id>").description("everybody affected, a JSON line each")).action(
    async (id: string, options: SharedOptions) => {
      const { affectedLines } = await import("#server/http/breach-routes.ts");
      await withShop(options, async (house, { shopId }) => {
        orUnknown(await house.store.breaches.get(shopId, id));
        for await (const line of affectedLines(house.breaches.affected(shopId, id))) process.stdout.write(line);
      });
    },
  );

  withSharedOptions(breach.command("notice <id>").description("a draft of the notification to the authority, and of the letter to people")).action(
    async (id: string, options: SharedOptions) => {
      const { draftNotification } = await import("#privacy/breach/notification.ts");
      const { writeDocument } = await import("#privacy/registry/document.ts");
      const draft = await withShop(options, async (house, shop) =>
        draftNotification(shop, orUnknown(await house.breaches.report(shop.shopId, id)), await house.policy.of(shop.shopId)),
      );
      process.stdout.write(writeDocument(draft, options.json === true ? "json" : "md"));
    },
  );

  withSharedOptions(breach.command("close <id>").description("it was told, and is closed")).action(async (id: string, options: SharedOptions) => {
    await withShop(options, async (house, { shopId }) => orUnknown(await house.breaches.close(shopId, id)));
    say(options.json ? JSON.stringify({ closed: id }) : "Closed.");
  });
};
