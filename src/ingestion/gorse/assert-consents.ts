import { isGranted } from "#domain/consent.ts";
import type { CustomerId, PersonId, ShopId } from "#domain/ids.ts";
import { eventPurposes } from "#domain/purpose.ts";
import type { RecordConsents } from "#privacy/record-consents.ts";
import type { NameOf, Store } from "#storage/ports.ts";

const peoplePerRecord = 500;

/**
 * The protocol knows no consent: whoever holds the shop's server key and tells what its users did says that they agreed. That is written
 * down as the shop's word for everybody who has decided nothing at all; who has decided anything is not spoken for. Answers with the
 * people whose events may be stored.
 */
export function createAssertConsents(deps: {
  readonly store: Pick<Store, "consents" | "identities">;
  readonly recordConsents: RecordConsents;
  readonly asserts: boolean;
}) {
  const { store, recordConsents, asserts } = deps;
  return async function assertConsents(shopId: ShopId, people: readonly NameOf[]): Promise<ReadonlySet<PersonId>> {
    const personIds = people.map(({ personId }) => personId);
    const clusters = asserts ? await store.identities.clusters(shopId, personIds) : new Map<PersonId, { memberIds: readonly PersonId[] }>();
    const membersOf = (personId: PersonId) => clusters.get(personId)?.memberIds ?? [personId];
    const before = await store.consents.current(shopId, [...new Set(personIds.flatMap(membersOf))]);
    const hasDecided = (personId: PersonId) => eventPurposes.some((purpose) => before.get(personId)?.has(purpose) === true);
    const undecided = asserts ? people.filter(({ personId }) => !membersOf(personId).some(hasDecided)) : [];
    for (let start = 0; start < undecided.length; start += peoplePerRecord) {
      await recordConsents(
        shopId,
        undecided.slice(start, start + peoplePerRecord).map(({ externalId }) => ({
          names: { customerId: externalId as CustomerId, anonymousId: null },
          purposes: new Map(eventPurposes.map((purpose) => [purpose, true])),
          source: "shop-asserted",
          notice: null,
          how: "gorse-api",
        })),
      );
    }
    const states = undecided.length === 0 ? before : await store.consents.current(shopId, personIds);
    return new Set(personIds.filter((personId) => eventPurposes.some((purpose) => isGranted(states.get(personId), purpose))));
  };
}
export type AssertConsents = ReturnType<typeof createAssertConsents>;
