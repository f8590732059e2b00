import { writeFile } from "node:fs/promises";
import { Argument, type Command } from "commander";
import type { AnonymousId, CustomerId } from "#domain/ids.ts";
import { isUsableId } from "#domain/ids.ts";
import { orThrow, ProblemError, type Result } from "#domain/problem.ts";
import type { Shop } from "#domain/shop.ts";
import type { House } from "#server/compose.ts";
import type { RightsRequestReply } from "#server/contract/rights.ts";
import type { RightsRequest } from "#storage/ports/rights-request-store.ts";
import { withShop } from "./open-shop.ts";
import { type CommandFile, type SharedOptions, withSharedOptions } from "./program.ts";

const kinds = ["access", "portability", "rectification", "objection", "restriction", "erasure", "opt-out"] as const;
type Kind = (typeof kinds)[number];
const by = "command-line";
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const alarmWords: Readonly<Record<string, string>> = {
  calm: "",
  half: "half of the time is over",
  late: "80 % of the time is over",
  overdue: "OVERDUE",
};

async function toWire(house: House, shop: Shop, requests: readonly RightsRequest[]): Promise<RightsRequestReply[]> {
  const { rightsRequestsToWire } = await import("#server/rights-wire.ts");
  return rightsRequestsToWire(house, shop.shopId, requests);
}

function lineOf({ id, kind, state, dueAt, customerId, anonymousId, reference, clock, verified }: RightsRequestReply): string {
  const alarm = alarmWords[clock?.alarm ?? "calm"] || null;
  const whose = customerId ?? anonymousId ?? (reference === null ? "-" : `reference ${reference}`);
  return [id, state, kind, `due ${dueAt.slice(0, 10)}`, whose, verified ? null : "not verified", alarm].filter((part) => part !== null).join("\t");
}

function tell(request: RightsRequestReply, { json }: SharedOptions): void {
  if (json) {
    say(JSON.stringify(request));
    return;
  }
  say(lineOf(request));
  for (const { at, action, state, by: who, words } of request.steps)
    say(`  ${at}\t${action}\t${state}\tby ${who}${words === null ? "" : `\t${words}`}`);
  for (const changed of request.changed ?? []) say(`  ${changed}`);
  if (request.reason !== null) say(`  denied: ${request.reason}${request.words === null ? "" : `, ${request.words}`}`);
  if (request.erasureId !== null) say(`  erasure ${request.erasureId}`);
}

function act(
  rights: Command,
  name: string,
  description: string,
  work: (house: House, shop: Shop, id: string, options: Record<string, unknown>) => Promise<Result<RightsRequest>>,
): Command {
  return withSharedOptions(rights.command(`${name} <id>`).description(description)).action(
    async (id: string, options: SharedOptions & Record<string, unknown>) => {
      if (!isUsableId(id)) throw new ProblemError({ code: "RIGHTS_REQUEST_UNKNOWN", detail: "ID" });
      await withShop(options, async (house, shop) => {
        const request = orThrow(await work(house, shop, id, options));
        tell((await toWire(house, shop, [request]))[0]!, options);
      });
    },
  );
}

const text = (options: Record<string, unknown>, name: string): string => String(options[name] ?? "");

/** `rapport rights open|list|show|export|verify|fulfil|deny|extend|lift|revoke` */
export const rightsCommand: CommandFile = (program) => {
  const rights = program.command("rights").description("what people ask for by right: their data, corrections, an end of its use, to be forgotten");

  withSharedOptions(rights.command("list").description("the one due first, first"))
    .option("--all", "closed ones too")
    .action(async (options: SharedOptions & { readonly all?: true }) => {
      await withShop(options, async (house, shop) => {
        const requests = await house.rights.list(shop.shopId, options.all === true ? {} : { states: ["open", "in_progress"] });
        const wire = await toWire(house, shop, requests);
        if (options.json) return say(JSON.stringify(wire));
        if (wire.length === 0) say("nobody waits for anything");
        for (const request of wire) say(lineOf(request));
      });
    });

  withSharedOptions(
    rights
      .command("open")
      .description("write down what somebody asks for; what protects them holds at once")
      .addArgument(new Argument("<kind>", "what").choices(kinds))
      .argument("<id>", "the customer"),
  )
    .option("--anonymous", "the id is a visitor's, not a customer's")
    .option("--regime <pack>", "the law that they name, such as ccpa")
    .option("--reference <number>", "its number in your help desk")
    .option("--unverified", "you do not know yet that it is them")
    .action(async (kind: Kind, id: string, options: SharedOptions & { anonymous?: true; regime?: string; reference?: string; unverified?: true }) => {
      if (!isUsableId(id) || (options.reference !== undefined && !isUsableId(options.reference)))
        throw new ProblemError({ code: "ID_INVALID", detail: "ID" });
      await withShop(options, async (house, shop) => {
        const names =
          options.anonymous === true ? { customerId: null, anonymousId: id as AnonymousId } : { customerId: id as CustomerId, anonymousId: null };
        const verifiedBy = options.unverified === true ? null : "shop";
        const { regime = "", reference = null } = options;
        const { request } = orThrow(await house.rights.open(shop.shopId, { kind, names, regime, reference, source: by, verifiedBy }));
        tell((await toWire(house, shop, [request]))[0]!, options);
      });
    });

  act(rights, "show", "how far one is, and how it got there", async (house, { shopId }, id) => {
    const request = await house.rights.get(shopId, id);
    return request === null ? { ok: false, problem: { code: "RIGHTS_REQUEST_UNKNOWN", detail: "ID" } } : { ok: true, value: request };
  });
  act(rights, "verify", "it is the person who asks", (house, { shopId }, id, options) =>
    house.rights.verify(shopId, id, text(options, "by") || "shop", by),
  ).option("--by <how>", "how you know");
  act(rights, "fulfil", "do what was asked for", (house, { shopId }, id, options) =>
    house.rights.fulfil(shopId, id, by, { byHand: options.byHand === true }),
  ).option("--by-hand", "it was done elsewhere");
  act(rights, "deny", "refuse, with a reason", async (house, { shopId }, id, options) => {
    const { denialReasons, isDenialReason } = await import("#privacy/rights/states.ts");
    const reason = text(options, "reason");
    if (!isDenialReason(reason) || reason === "forgotten")
      return {
        ok: false,
        problem: { code: "OPTION_INVALID", detail: `--reason is one of ${denialReasons.filter((one) => one !== "forgotten").join(", ")}` },
      };
    return house.rights.deny(shopId, id, reason, text(options, "words") || null, by);
  })
    .requiredOption(
      "--reason <reason>",
      "no_match, insuf_verification, suspected_fraud, claim_not_covered, outside_jurisdiction, too_many_requests, other",
    )
    .option("--words <words>", "what the person is told");
  act(rights, "extend", "take the extension that the law grants", (house, { shopId }, id, options) =>
    house.rights.extend(shopId, id, text(options, "reason"), by),
  ).requiredOption("--reason <words>", "why; the person is told");
  act(rights, "lift", "end a restriction; the person is told first", (house, { shopId }, id, options) =>
    house.rights.lift(shopId, id, text(options, "reason"), by),
  ).requiredOption("--reason <words>", "why; the person is told");
  act(rights, "revoke", "the person takes it back", (house, { shopId }, id) => house.rights.revoke(shopId, id, by));

  withSharedOptions(rights.command("export <customer>").description("everything that is kept of a customer, for them"))
    .option("--html", "to read, instead of JSON")
    .option("--anonymous", "the id is a visitor's, not a customer's")
    .requiredOption("--out <file>", "where to; only its owner can read it")
    .action(async (id: string, options: SharedOptions & { html?: true; anonymous?: true; out: string }) => {
      if (!isUsableId(id)) throw new ProblemError({ code: "ID_INVALID", detail: "CUSTOMER" });
      const { writeHtml } = await import("#privacy/rights/write-html.ts");
      const { writeJson } = await import("#privacy/rights/write-json.ts");
      await withShop(options, async (house, { shopId }) => {
        const names =
          options.anonymous === true ? { customerId: null, anonymousId: id as AnonymousId } : { customerId: id as CustomerId, anonymousId: null };
        const { request } = orThrow(await house.rights.open(shopId, { kind: "access", names, source: by, verifiedBy: "shop" }));
        const parts = await house.accessExport(shopId, names);
        await writeFile(options.out, (options.html === true ? writeHtml : writeJson)(parts), { mode: 0o600, flag: "wx" }).catch(
          (error: NodeJS.ErrnoException) => {
            throw new ProblemError({ code: error.code === "EEXIST" ? "FILE_EXISTS" : "FILE_UNWRITABLE", detail: options.out }, { cause: error });
          },
        );
        await house.rights.fulfil(shopId, request.requestId, by);
        if (options.json) say(JSON.stringify({ file: options.out, request: request.requestId }));
        else say(`all that is kept of them is in ${options.out}: give it to nobody else, and delete it after use`);
      });
    });
};
