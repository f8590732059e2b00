import type { Clock } from "#domain/clock.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { Person, PersonName } from "#domain/person.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { Contact, ContactBasis, VaultStore } from "#storage/ports/vault-store.ts";
import type { IdentityStore } from "#storage/ports.ts";
import type { Gate } from "../gate.ts";
import type { PersonIds } from "../person-ids.ts";
import type { Digests } from "./digests.ts";
import { normaliseEmail, normalisePhone } from "./normalise-contact.ts";

/** What is said of a contact: missing fields stay as they are, null takes one away. */
export type ContactChange = {
  readonly email?: string | null | undefined;
  readonly phone?: string | null | undefined;
  readonly basis?: ContactBasis | undefined;
  /** For phone numbers without a country: ISO 3166, two letters. */
  readonly defaultCountry?: string | undefined;
};

export type ContactQuestion = { readonly email?: string | null; readonly phone?: string | null; readonly defaultCountry?: string | null };

export type KeepContacts = {
  /** Refuses with CONTACT_INVALID or CONTACT_BASIS_MISSING. Null: nothing is kept any more. */
  put(shopId: ShopId, names: PersonName, change: ContactChange): Promise<Result<Contact | null>>;
  /** What may be used of what is kept; null: nothing. */
  get(shopId: ShopId, names: PersonName): Promise<Contact | null>;
  /** How many were deleted. */
  remove(shopId: ShopId, names: PersonName): Promise<number>;
  /** Refuses with CONTACT_INVALID. */
  find(shopId: ShopId, question: ContactQuestion): Promise<Result<readonly PersonId[]>>;
};

/** How customers can be reached: kept only on a ground, sealed with the person's own key. */
export function createKeepContacts(deps: {
  readonly vault: VaultStore;
  readonly identities: Pick<IdentityStore, "cluster">;
  readonly gate: Pick<Gate, "recognise" | "agrees">;
  readonly personIds: PersonIds;
  readonly digests: Digests;
  readonly clock: Clock;
}): KeepContacts {
  const { vault, identities, gate, personIds, digests, clock } = deps;

  async function personOf(shopId: ShopId, personId: PersonId): Promise<Person> {
    const cluster = await identities.cluster(shopId, personId);
    return { personId, memberIds: cluster?.memberIds ?? [personId], known: cluster !== null };
  }

  /** Fail closed: who has taken back the last yes for a channel is not reachable on it, whatever lies in the store. */
  async function usable(shopId: ShopId, person: Person | null, contact: Contact): Promise<Contact | null> {
    if (contact.basis === "contract") return contact;
    const allows = async (purposes: readonly Purpose[]) => {
      for (const purpose of purposes) if (await gate.agrees(shopId, person, purpose)) return true;
      return false;
    };
    const email = contact.email !== null && (await allows(["email"])) ? contact.email : null;
    const phone = contact.phone !== null && (await allows(["sms", "whatsapp"])) ? contact.phone : null;
    return email === null && phone === null ? null : { ...contact, email, phone };
  }

  async function membersOf(shopId: ShopId, names: PersonName): Promise<readonly PersonId[]> {
    const own = (await personIds.ofNames(shopId, names)).map(({ personId }) => personId);
    return [...new Set([...own, ...((await gate.recognise(shopId, names))?.memberIds ?? [])])];
  }

  /** The one said under this very name; else the latest said under another name of the person. */
  async function heldBy(shopId: ShopId, names: PersonName): Promise<Contact | null> {
    const members = await membersOf(shopId, names);
    const kept = await vault.contacts(shopId, members);
    const [first] = kept.toSorted((a, b) => Number(b.personId === members[0]) - Number(a.personId === members[0]) || b.changedAt - a.changedAt);
    return first ?? null;
  }

  return {
    async put(shopId, names, change) {
      const [name] = await personIds.ofNames(shopId, names);
      if (name === undefined) return refuse("PERSON_MISSING", "customerId");
      const before = (await vault.contacts(shopId, [name.personId]))[0] ?? null;
      const read = (text: string | null | undefined, known: string | null, normalise: (text: string) => Result<string>): Result<string | null> =>
        text === undefined ? succeed(known) : text === null ? succeed(null) : normalise(text);
      const email = read(change.email, before?.email ?? null, normaliseEmail);
      if (!email.ok) return email;
      const phone = read(change.phone, before?.phone ?? null, (text) => normalisePhone(text, change.defaultCountry ?? null));
      if (!phone.ok) return phone;
      if (email.value === null && phone.value === null) {
        await vault.deleteContacts(shopId, [name.personId]);
        return succeed(null);
      }
      const basis = change.basis ?? before?.basis ?? "consent";
      const contact: Contact = { personId: name.personId, email: email.value, phone: phone.value, basis, changedAt: clock() };
      const allowed = await usable(shopId, await gate.recognise(shopId, names), contact);
      const lacking = contact.email !== (allowed?.email ?? null) ? "email" : contact.phone !== (allowed?.phone ?? null) ? "phone" : null;
      if (lacking !== null) return refuse("CONTACT_BASIS_MISSING", lacking);
      await vault.putContact(shopId, contact, await digests.contact(shopId, contact), name);
      return succeed(contact);
    },

    async get(shopId, names) {
      const held = await heldBy(shopId, names);
      if (held === null) return null;
      const contact = await usable(shopId, await gate.recognise(shopId, names), held);
      // What nothing allows any more is not kept for another day.
      if (contact === null) await vault.deleteContacts(shopId, [held.personId]);
      else if (contact.email !== held.email || contact.phone !== held.phone)
        await vault.putContact(shopId, contact, await digests.contact(shopId, contact), null);
      return contact;
    },

    remove: async (shopId, names) => vault.deleteContacts(shopId, await membersOf(shopId, names)),

    async find(shopId, { email = null, phone = null, defaultCountry = null }) {
      const address = email === null ? succeed(null) : normaliseEmail(email);
      if (!address.ok) return address;
      const number = phone === null ? succeed(null) : normalisePhone(phone, defaultCountry);
      if (!number.ok) return number;
      const digested = await digests.contact(shopId, { email: address.value, phone: number.value });
      const found: PersonId[] = [];
      for (const held of await vault.contacts(shopId, await vault.findContacts(shopId, digested))) {
        const contact = await usable(shopId, await personOf(shopId, held.personId), held);
        if (contact === null) continue;
        const again = await digests.contact(shopId, contact);
        if ((digested.email !== null && again.email === digested.email) || (digested.phone !== null && again.phone === digested.phone))
          found.push(contact.personId);
      }
      return succeed(found);
    },
  };
}
