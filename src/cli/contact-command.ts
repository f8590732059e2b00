import type { Command } from "commander";
import type { CustomerId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { ProblemError } from "#domain/problem.ts";
import type { Contact, ContactBasis } from "#storage/ports/vault-store.ts";
import { addSuppress } from "./contact-suppress-command.ts";
import { withShop } from "./open-shop.ts";
import { type CommandFile, type SharedOptions, withSharedOptions } from "./program.ts";

type Change = SharedOptions & { readonly email?: string; readonly phone?: string; readonly basis?: string; readonly country?: string };

const nameOf = (id: string): PersonName => ({ customerId: id as CustomerId, anonymousId: null });
const say = (line: string): void => void process.stdout.write(`${line}\n`);
/** An empty text takes it away. */
const orNothing = (text: string | undefined) => (text === "" ? null : text);

function tell(options: SharedOptions, customerId: string, contact: Contact | null): void {
  const { email = null, phone = null, basis = null } = contact ?? {};
  if (options.json || contact === null) {
    say(options.json ? JSON.stringify({ customerId, email, phone, basis }) : `nothing is kept of how to reach ${customerId}`);
    return;
  }
  say(`email  ${email ?? "-"}`);
  say(`phone  ${phone ?? "-"}`);
  say(`basis  ${basis}`);
}

function addSet(contact: Command): void {
  withSharedOptions(contact.command("set <customer>").description("keep how a customer can be reached"))
    .option("--email <address>", 'e-mail address; "" takes it away')
    .option("--phone <number>", 'phone number; "" takes it away')
    .option("--country <code>", "country of phone numbers that name none, such as PK")
    .option("--basis <basis>", "consent: they allow the channel; contract: an order of theirs needs it")
    .action(async (id: string, options: Change) => {
      const { basis, country: defaultCountry } = options;
      if (basis !== undefined && basis !== "consent" && basis !== "contract")
        throw new ProblemError({ code: "OPTION_INVALID", detail: "--basis is consent or contract" });
      const change = { email: orNothing(options.email), phone: orNothing(options.phone), basis: basis as ContactBasis | undefined, defaultCountry };
      const kept = await withShop(options, (house, shop) => house.vault.contacts.put(shop.shopId, nameOf(id), change));
      if (!kept.ok) throw new ProblemError(kept.problem);
      tell(options, id, kept.value);
    });
}

/** `rapport contact set`, `suppress`, `show`, `delete`, `find` */
export const contactCommand: CommandFile = (program) => {
  const contact = program.command("contact").description("how customers can be reached; sealed with a key of each one's own");
  addSet(contact);
  addSuppress(contact);

  withSharedOptions(contact.command("show <customer>").description("what is kept of how to reach a customer")).action(
    async (id: string, options: SharedOptions) => {
      const kept = await withShop(options, (house, shop) => house.vault.contacts.get(shop.shopId, nameOf(id)));
      if (kept === null) throw new ProblemError({ code: "CONTACT_UNKNOWN", detail: "CUSTOMER" });
      tell(options, id, kept);
    },
  );

  withSharedOptions(contact.command("delete <customer>").description("forget how to reach a customer")).action(
    async (id: string, options: SharedOptions) => {
      const deleted = await withShop(options, (house, shop) => house.vault.contacts.remove(shop.shopId, nameOf(id)));
      if (options.json) say(JSON.stringify({ deleted }));
      else say(deleted === 0 ? "nothing was kept" : "deleted");
    },
  );

  withSharedOptions(contact.command("find").description("whose e-mail address or phone number it is"))
    .option("--email <address>", "e-mail address")
    .option("--phone <number>", "phone number")
    .option("--country <code>", "country of phone numbers that name none, such as PK")
    .action(async ({ email, phone, country, ...options }: Change) => {
      if (email === undefined && phone === undefined) throw new ProblemError({ code: "OPTION_INVALID", detail: "give --email or --phone" });
      const customers = await withShop(options, async (house, shop) => {
        const found = await house.vault.contacts.find(shop.shopId, { email, phone, defaultCountry: country });
        if (!found.ok) throw new ProblemError(found.problem);
        const names = await house.store.identities.namesOf(shop.shopId, found.value);
        return [...names.values()].flatMap(({ kind, externalId }) => (kind === "customer" ? [externalId] : [])).sort();
      });
      if (options.json) say(JSON.stringify({ customers }));
      else say(customers.length === 0 ? "nobody" : customers.join("\n"));
    });
};
