import type { EpochMs } from "#domain/clock.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { Person } from "#domain/person.ts";
import type { Gate } from "#privacy/gate.ts";
import type { IdentityStore, Store } from "#storage/ports.ts";

/** Of the one who is asked about so many items are looked at, and of each so many others who know it: a bounded answer. */
const maxItems = 200;
const maxPeoplePerItem = 200;

export type ScoredUser = { readonly userId: string; readonly score: number };

/**
 * People who gave feedback on the same items: shared items over the root of both their numbers of items. Worked out when asked, of those
 * alone who allow both to be personalized for and to be learnt from; nothing of it is kept, and no model knows it.
 */
export function createNeighboursOfPerson(deps: {
  readonly store: Pick<Store, "gorse"> & { readonly identities: Pick<IdentityStore, "nameOf"> };
  readonly gate: Gate;
}) {
  const { store, gate } = deps;
  return async function neighboursOfPerson(
    shopId: ShopId,
    person: Person | null,
    wanted: { readonly n: number; readonly offset: number; readonly now: EpochMs },
  ): Promise<ScoredUser[]> {
    if (person === null || !(await allowsBoth(shopId, person))) return [];
    const items = (await store.gorse.itemsOf(shopId, person.personId, wanted.now)).slice(0, maxItems);
    const shared = new Map<PersonId, number>();
    for (const { personId } of await store.gorse.peopleOf(shopId, items, maxPeoplePerItem))
      if (!person.memberIds.includes(personId)) shared.set(personId, (shared.get(personId) ?? 0) + 1);
    const others = await allowingBoth(shopId, [...shared.keys()]);
    const counts = await store.gorse.itemCounts(shopId, others);
    const scored = others
      .map((personId) => ({ personId, score: shared.get(personId)! / Math.sqrt(items.length * Math.max(1, counts.get(personId) ?? 1)) }))
      .sort((a, b) => b.score - a.score || (a.personId < b.personId ? -1 : 1))
      .slice(wanted.offset, wanted.offset + wanted.n);
    const named = await Promise.all(scored.map(async ({ personId, score }) => ({ name: await store.identities.nameOf(shopId, personId), score })));
    return named.flatMap(({ name, score }) => (name === null ? [] : [{ userId: name.externalId, score }]));
  };

  async function allowsBoth(shopId: ShopId, person: Person): Promise<boolean> {
    // A window of their past is not enough to be likened to others.
    return (await gate.allow(shopId, person, "personalize"))?.window === null && (await gate.allow(shopId, person, "learn")) !== null;
  }

  async function allowingBoth(shopId: ShopId, personIds: readonly PersonId[]): Promise<PersonId[]> {
    const [personalize, learn] = [await gate.allowEach(shopId, personIds, "personalize"), await gate.allowEach(shopId, personIds, "learn")];
    return personIds.filter((personId) => personalize.has(personId) && learn.has(personId));
  }
}
