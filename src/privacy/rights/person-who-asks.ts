import type { PersonId, ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import type { Store } from "#storage/ports.ts";
import type { PersonIds } from "../person-ids.ts";
import type { KeepContacts } from "../vault/keep-contacts.ts";
import type { AskedRight } from "./asked-right.ts";

type Deps = {
  readonly store: Pick<Store, "identities">;
  readonly personIds: PersonIds;
  readonly contacts: Pick<KeepContacts, "find">;
};

type WhoAsks = { readonly personId: PersonId | null; readonly names: PersonName | null };

/** By name, or whom an address belongs to, where that is one person. Refuses with PERSON_MISSING or CONTACT_INVALID. */
export async function personWhoAsks(
  { store, personIds, contacts }: Deps,
  shopId: ShopId,
  { names, email, phone }: AskedRight,
): Promise<Result<WhoAsks>> {
  const [name] = await personIds.ofNames(shopId, names);
  if (name !== undefined) return succeed({ personId: name.personId, names });
  if (email == null && phone == null) return refuse("PERSON_MISSING", "customerId, anonymousId, email or phone");
  const found = await contacts.find(shopId, { email: email ?? null, phone: phone ?? null });
  if (!found.ok) return found;
  const named = (await store.identities.namesOf(shopId, found.value))
    .values()
    .filter(({ kind }) => kind === "customer")
    .toArray();
  const [one] = named;
  if (one === undefined || named.length > 1) return succeed({ personId: null, names: null });
  return succeed({ personId: one.personId, names: { customerId: one.externalId, anonymousId: null } as PersonName });
}
