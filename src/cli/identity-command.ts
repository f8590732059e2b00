import type { AnonymousId, CustomerId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { ProblemError } from "#domain/problem.ts";
import { withShop } from "./open-shop.ts";
import { type CommandFile, type SharedOptions, withSharedOptions } from "./program.ts";

type Options = SharedOptions & { readonly anonymous?: boolean };

const nameOf = (id: string, anonymous: boolean | undefined): PersonName =>
  anonymous === true ? { customerId: null, anonymousId: id as AnonymousId } : { customerId: id as CustomerId, anonymousId: null };

/** `rapport identity show ID`, `rapport identity merge FROM INTO`, `rapport identity unmerge FROM INTO` */
export const identityCommand: CommandFile = (program) => {
  const identity = program.command("identity").description("who is whom: the names one person is known under");

  withSharedOptions(identity.command("show <id>").description("every name of one person, and why it is thought to be theirs"))
    .option("--anonymous", "the id is a visitor's, not a customer's")
    .action(async (id: string, options: Options) => {
      const shown = await withShop(options, (house, shop) => house.identities.show(shop.shopId, nameOf(id, options.anonymous)));
      if (shown === null) throw new ProblemError({ code: "CUSTOMER_UNKNOWN", detail: "ID" });
      const links = shown.links.map(({ at, ...link }) => ({ ...link, at: new Date(at).toISOString() }));
      if (options.json) return void process.stdout.write(`${JSON.stringify({ names: shown.names, links })}\n`);
      for (const name of shown.names) process.stdout.write(`${name.kind}\t${name.id}\n`);
      for (const { kind, name, customerId, at, undone } of links)
        process.stdout.write(`${at}\t${kind}\t${name.id} → ${customerId ?? "a stranger"}${undone ? "\tundone" : ""}\n`);
    });

  for (const [verb, description, done] of [
    ["merge", "two names are one customer", "are one customer from now on"],
    ["unmerge", "they are not one customer after all", "are two again, as they were"],
  ] as const) {
    withSharedOptions(identity.command(`${verb} <from> <into>`).description(description))
      .option("--anonymous", "FROM is a visitor's id, not a customer's")
      .action(async (from: string, into: string, options: Options) => {
        const result = await withShop(options, (house, shop) =>
          house.identities[verb](shop.shopId, nameOf(from, options.anonymous), nameOf(into, false)),
        );
        if (!result.ok) throw new ProblemError(result.problem);
        if (options.json) process.stdout.write(`${JSON.stringify({ [verb]: { from, into } })}\n`);
        else process.stdout.write(`${from} and ${into} ${done}\n`);
      });
  }
};
