import type { Clock } from "#domain/clock.ts";
import type { ItemId, PersonId, ShopId } from "#domain/ids.ts";
import type { GorseFeedbackFilter, GorseFeedbackRow } from "#storage/ports/gorse-store.ts";
import type { Store } from "#storage/ports.ts";
import { takeBack } from "./take-back.ts";

export type RemoveFeedback = {
  /** Deletes what the filter finds and takes its events back, so that no model goes on knowing it; how many there were. */
  matching(shopId: ShopId, filter: GorseFeedbackFilter): Promise<number>;
  user(shopId: ShopId, personId: PersonId): Promise<void>;
  item(shopId: ShopId, itemId: ItemId): Promise<void>;
};

export function createRemoveFeedback(deps: { readonly store: Pick<Store, "log" | "gorse">; readonly clock: Clock }): RemoveFeedback {
  const { store, clock } = deps;

  async function matching(shopId: ShopId, filter: GorseFeedbackFilter): Promise<number> {
    const rows = await store.gorse.feedback(shopId, filter);
    const byPerson = new Map<PersonId, GorseFeedbackRow[]>();
    for (const row of rows) byPerson.set(row.personId, [...(byPerson.get(row.personId) ?? []), row]);
    const entries = [...byPerson.values()].flatMap((ofPerson) => {
      const targets = ofPerson.flatMap(({ messageIds }) => messageIds);
      return targets.length === 0 ? [] : [takeBack(ofPerson[0]!, targets, clock())];
    });
    // First the log, then the rows that say what is in it: cut off in between, the same request does the rest.
    await store.log.append(shopId, entries);
    await store.gorse.deleteFeedback(shopId, rows);
    return rows.length;
  }

  return {
    matching,
    async user(shopId, personId) {
      await matching(shopId, { personId });
      await store.gorse.deleteUser(shopId, personId);
    },
    async item(shopId, itemId) {
      await matching(shopId, { itemId });
      await store.gorse.removeItem(shopId, itemId);
    },
  };
}
