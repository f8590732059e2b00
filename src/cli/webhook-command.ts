import { type Command, InvalidArgumentError } from "commander";
import { webhookTypes } from "#delivery/webhook-types.ts";
import { orThrow, ProblemError } from "#domain/problem.ts";
import { deliveriesToWire, webhookToWire } from "#server/http/webhook-wire.ts";
import { commaList, wholeNumber } from "./numbers.ts";
import { withShop } from "./open-shop.ts";
import { type CommandFile, type SharedOptions, withSharedOptions } from "./program.ts";

const hourMs = 3_600_000;

function tell(options: SharedOptions, result: unknown, lines: readonly string[]): void {
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : lines.map((line) => `${line}\n`).join(""));
}

function typeList(text: string): string[] {
  const types = text === "all" ? Object.keys(webhookTypes) : commaList(text);
  if (types.length === 0) throw new InvalidArgumentError("It must name at least one type, or all.");
  return types;
}

const typeHelp = `\nTypes:\n${Object.entries(webhookTypes)
  .map(([type, meaning]) => `  ${type.padEnd(20)}${meaning}`)
  .join("\n")}`;

function addAddCommand(webhook: Command): void {
  withSharedOptions(webhook.command("add <url>").description("tell a URL what is new, and print its secret, this once"))
    .requiredOption("--types <list>", "what to tell, separated by commas; or all", typeList)
    .option("--secret <whsec>", "a secret that the receiver knows already")
    .addHelpText("after", typeHelp)
    .action(async (url: string, options: SharedOptions & { readonly types: string[]; readonly secret?: string }) => {
      const { types, secret } = options;
      const added = await withShop(options, async (house, shop) => orThrow(await house.webhooks.add(shop.shopId, { url, types, secret })));
      const wire = webhookToWire({ ...added.endpoint, waiting: 0 });
      tell(options, { ...wire, secret: added.secret }, [
        `id      ${wire.id}`,
        `url     ${wire.url}`,
        `types   ${wire.types.join(", ")}`,
        `secret  ${added.secret}`,
        "Keep the secret: it is not shown again. The receiver checks each message with it (standardwebhooks.com).",
      ]);
    });
}

function addListCommand(webhook: Command): void {
  withSharedOptions(webhook.command("list").description("who is told of what, and whether it arrives")).action(async (options: SharedOptions) => {
    const list = (await withShop(options, async (house, shop) => house.webhooks.list(shop.shopId))).map(webhookToWire);
    tell(
      options,
      list,
      list.map(({ id, url, types, state, failingSince, waiting }) => {
        const alarm = failingSince === null ? state : `${state} since ${failingSince}`;
        return `${id}\t${alarm}\t${waiting} waiting\t${url}\t${types.join(",")}`;
      }),
    );
  });
}

function addTestCommand(webhook: Command): void {
  withSharedOptions(webhook.command("test <id>").description("send a webhook.test now, and say what came back")).action(
    async (id: string, options: SharedOptions) => {
      const outcome = await withShop(options, async (house, shop) => orThrow(await house.webhooks.test(shop.shopId, id)));
      const { arrived, status, error, tookMs } = outcome;
      if (!arrived) throw new ProblemError({ code: "OUTBOUND_FAILED", detail: error ?? `status ${status}` });
      tell(options, outcome, [`arrived: status ${status}, ${tookMs} ms`]);
    },
  );
}

function addRotateCommand(webhook: Command): void {
  withSharedOptions(webhook.command("rotate <id>").description("make a new secret and print it, this once"))
    .option("--keep-old-hours <hours>", "how long messages are signed with the old one too", wholeNumber(0, 720), 24)
    .action(async (id: string, options: SharedOptions & { readonly keepOldHours: number }) => {
      const rotated = await withShop(options, async (house, shop) =>
        orThrow(await house.webhooks.rotate(shop.shopId, id, options.keepOldHours * hourMs)),
      );
      const oldValidUntil = new Date(rotated.oldValidUntil).toISOString();
      tell(options, { secret: rotated.secret, oldValidUntil }, [`secret  ${rotated.secret}`, `The old one is good until ${oldValidUntil}.`]);
    });
}

function addDeliveriesCommand(webhook: Command): void {
  withSharedOptions(webhook.command("deliveries <id>").description("what became of the latest messages"))
    .option("--limit <number>", "how many", wholeNumber(1, 999), 20)
    .action(async (id: string, options: SharedOptions & { readonly limit: number }) => {
      const found = await withShop(options, async (house, shop) => orThrow(await house.webhooks.deliveries(shop.shopId, id, options.limit)));
      const list = deliveriesToWire(found);
      const outcome = ({ status, error }: (typeof list)[number]) => (status === null ? (error ?? "") : `status ${status}`);
      tell(
        options,
        list,
        list.map((one) => `${one.createdAt}\t${one.type}\t${one.state}\t${one.attempts} attempts\t${outcome(one)}\t${one.id}`),
      );
    });
}

/** Commands that only say that it was done. */
function addPlainCommands(webhook: Command): void {
  const plain = [
    ["remove", "tell it no more, and forget what waits", "removed"],
    ["stop", "send nothing until it is started again; news waits", "stopped"],
    ["start", "go on after a stop, from where it stopped", "started"],
    ["resend", "try again what was given up", "queued again"],
  ] as const;
  for (const [action, description, done] of plain)
    withSharedOptions(webhook.command(`${action} <id>`).description(description)).action(async (id: string, options: SharedOptions) => {
      const result = await withShop(options, async (house, shop) => orThrow<number | null>(await house.webhooks[action](shop.shopId, id)));
      tell(options, { id, [action]: result ?? true }, [result === null ? `${done}: ${id}` : `${done}: ${result} messages`]);
    });
}

/** `rapport webhook add | list | test | rotate | deliveries | remove | stop | start | resend` */
export const webhookCommand: CommandFile = (program) => {
  const webhook = program.command("webhook").description("the shop's own systems that are told what is new");
  addAddCommand(webhook);
  addListCommand(webhook);
  addTestCommand(webhook);
  addRotateCommand(webhook);
  addDeliveriesCommand(webhook);
  addPlainCommands(webhook);
};
