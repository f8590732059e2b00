import type { EpochMs } from "#domain/clock.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { PersonIds } from "#privacy/person-ids.ts";
import type { StoredHand } from "#storage/ports/transfer-store.ts";
import type { NameOf, Store } from "#storage/ports.ts";

/**
 * Whom an exported row is about, in the shop's own words: a customer, or a device; of a device also since when it was let
 * go, and in which customer's hands it was. Ids of persons are secrets of one shop; these words mean the same elsewhere.
 */
export type PersonWords = {
  readonly customerId: string | null;
  readonly anonymousId: string | null;
  readonly deviceLetGoAt: EpochMs | null;
  readonly deviceInHandsOf: string | null;
};

export const nobody: PersonWords = { customerId: null, anonymousId: null, deviceLetGoAt: null, deviceInHandsOf: null };
const maxRemembered = 50_000;

/** Person ids → words. Null: nothing is stored that says whose id it is. */
export type TellPeople = (personIds: readonly PersonId[]) => Promise<ReadonlyMap<PersonId, PersonWords>>;

export function createTellPeople(
  shopId: ShopId,
  deps: { readonly store: Pick<Store, "identities" | "transfer">; readonly personIds: PersonIds },
): TellPeople {
  const { store, personIds } = deps;
  const remembered = new Map<PersonId, PersonWords>();

  async function wordsOf({ personId, kind, externalId }: NameOf): Promise<PersonWords> {
    const plain = await personIds.of(shopId, kind, externalId);
    if (kind === "customer") return { ...nobody, customerId: externalId };
    const device: PersonWords = { ...nobody, anonymousId: externalId };
    if (plain.personId === personId) return device;
    const hands = await store.transfer.handsOf(shopId, plain.personId);
    const letGoAt = (baseId: PersonId) =>
      hands.find((hand): hand is StoredHand & { kind: "let-go" } => hand.kind === "let-go" && hand.baseId === baseId)?.at ?? null;
    const held = hands.find((hand): hand is StoredHand & { kind: "hands" } => hand.kind === "hands" && hand.sessionId === personId);
    if (held === undefined) return { ...device, deviceLetGoAt: letGoAt(personId) };
    const root = (await store.identities.namesOf(shopId, [held.rootId])).get(held.rootId);
    return { ...device, deviceLetGoAt: letGoAt(held.baseId), deviceInHandsOf: root?.externalId ?? null };
  }

  return async (asked) => {
    const missing = [...new Set(asked)].filter((personId) => !remembered.has(personId));
    if (remembered.size + missing.length > maxRemembered) {
      remembered.clear();
      missing.splice(0, missing.length, ...new Set(asked));
    }
    for (const [personId, name] of await store.identities.namesOf(shopId, missing)) remembered.set(personId, await wordsOf(name));
    return remembered;
  };
}

/** Words → the person in this shop. Null: they name nobody. */
export type FindPerson = (words: PersonWords) => Promise<NameOf | null>;

export function createFindPerson(shopId: ShopId, personIds: PersonIds): FindPerson {
  return async ({ customerId, anonymousId, deviceLetGoAt, deviceInHandsOf }) => {
    if (customerId !== null) return personIds.of(shopId, "customer", customerId);
    if (anonymousId === null) return null;
    const device = await personIds.of(shopId, "anonymous", anonymousId);
    const base = deviceLetGoAt === null ? device : await personIds.letGo(shopId, device, deviceLetGoAt);
    if (deviceInHandsOf === null) return base;
    const holder = await personIds.of(shopId, "customer", deviceInHandsOf);
    return personIds.inHands(shopId, base, holder.personId);
  };
}
