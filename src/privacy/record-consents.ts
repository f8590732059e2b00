import type { Clock, FreshId } from "#domain/clock.ts";
import type { ConsentSource, ConsentState } from "#domain/consent.ts";
import type { MessageId, ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { LogEntry, NameOf, Store } from "#storage/ports.ts";
import type { PersonIds } from "./person-ids.ts";
import { createRecogniseNames } from "./recognise-names.ts";

export type ConsentChange = {
  readonly names: PersonName;
  readonly purposes: ReadonlyMap<Purpose, boolean>;
  readonly source: ConsentSource;
  readonly notice: string | null;
  readonly how: string | null;
};

export type RecordConsents = (shopId: ShopId, changes: readonly ConsentChange[]) => Promise<void>;

/**
 * Writes decisions down, under the names they were made, as entries of the log: consumers learn of them in the order in
 * which they happened; what follows for the person's other names the store works out with the append. A shop's assertion never overrides what the person decided, and saying the
 * same again writes nothing. Durable when it resolves.
 */
export function createRecordConsents(deps: {
  readonly store: Pick<Store, "log" | "consents" | "identities">;
  readonly personIds: PersonIds;
  readonly clock: Clock;
  readonly freshId: FreshId;
}): RecordConsents {
  const { store, personIds, clock, freshId } = deps;

  const recognise = createRecogniseNames({ personIds, identities: store.identities });

  function entriesOf(change: ConsentChange, name: NameOf, own: ConsentState | undefined): LogEntry[] {
    const entries: LogEntry[] = [];
    for (const [purpose, granted] of change.purposes) {
      const known = own?.get(purpose);
      if (change.source === "shop-asserted" && known !== undefined && (known.source === "person" || known.granted === granted)) continue;
      const decision = { personId: name.personId, purpose, granted, at: clock(), source: change.source, notice: change.notice, how: change.how };
      entries.push({ kind: "consent", messageId: `consent:${freshId()}` as MessageId, name, decision });
    }
    return entries;
  }

  return async (shopId, changes) => {
    const recognised = await recognise(
      shopId,
      changes.map(({ names }) => ({ names, at: null })),
    );
    const people = changes.map((change, index) => ({ change, names: recognised[index]!.names }));
    const own = await store.consents.own(shopId, [...new Set(people.flatMap(({ names }) => names.map(({ personId }) => personId)))]);
    await store.log.append(
      shopId,
      people.flatMap(({ change, names }) => names.flatMap((name) => entriesOf(change, name, own.get(name.personId)))),
    );
  };
}
