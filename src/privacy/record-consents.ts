import type { Clock, FreshId } from "#domain/clock.ts";
import type { ConsentSource, ConsentState } from "#domain/consent.ts";
import type { MessageId, PersonId, ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { LogEntry, NameOf, Store } from "#storage/ports.ts";
import type { PersonIds } from "./person-ids.ts";

export type ConsentChange = {
  readonly names: PersonName;
  readonly purposes: ReadonlyMap<Purpose, boolean>;
  readonly source: ConsentSource;
  readonly notice: string | null;
  readonly how: string | null;
};

export type RecordConsents = (shopId: ShopId, changes: readonly ConsentChange[]) => Promise<void>;

/**
 * Writes decisions down, for every name and device known to be the person's, as entries of the log: consumers learn of
 * them in the order in which they happened. A shop's assertion never overrides what the person decided, and saying the
 * same again writes nothing. Durable when it resolves.
 */
export function createRecordConsents(deps: {
  readonly store: Pick<Store, "log" | "consents" | "identities">;
  readonly personIds: PersonIds;
  readonly clock: Clock;
  readonly freshId: FreshId;
}): RecordConsents {
  const { store, personIds, clock, freshId } = deps;

  function entriesOf(
    change: ConsentChange,
    members: readonly { personId: PersonId; name: NameOf | null }[],
    states: ReadonlyMap<PersonId, ConsentState>,
  ) {
    const entries: LogEntry[] = [];
    for (const { personId, name } of members) {
      for (const [purpose, granted] of change.purposes) {
        const known = states.get(personId)?.get(purpose);
        if (change.source === "shop-asserted" && known !== undefined && (known.source === "person" || known.granted === granted)) continue;
        const decision = { personId, purpose, granted, at: clock(), source: change.source, notice: change.notice, how: change.how };
        entries.push({ kind: "consent", messageId: `consent:${freshId()}` as MessageId, name, decision });
      }
    }
    return entries;
  }

  return async (shopId, changes) => {
    const named = await Promise.all(changes.map(async (change) => ({ change, names: await personIds.ofNames(shopId, change.names) })));
    const clusters = await store.identities.clusters(shopId, [...new Set(named.flatMap(({ names }) => names.map(({ personId }) => personId)))]);
    const people = named.map(({ change, names }) => {
      const members = new Map<PersonId, NameOf | null>();
      for (const name of names) {
        for (const memberId of clusters.get(name.personId)?.memberIds ?? []) if (!members.has(memberId)) members.set(memberId, null);
        members.set(name.personId, name);
      }
      return { change, members: [...members].map(([personId, name]) => ({ personId, name })) };
    });
    const states = await store.consents.current(shopId, [...new Set(people.flatMap(({ members }) => members.map(({ personId }) => personId)))]);
    await store.log.append(
      shopId,
      people.flatMap(({ change, members }) => entriesOf(change, members, states)),
    );
  };
}
