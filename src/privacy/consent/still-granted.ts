import { isGranted } from "#domain/consent.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { ConsentStore } from "#storage/ports.ts";

/** Of these purposes those that are in force, now, for somebody; what is in force for one of their names is so for all. */
export function createStillGranted(consents: Pick<ConsentStore, "current">) {
  return async (shopId: ShopId, personId: PersonId, purposes: readonly Purpose[]): Promise<ReadonlySet<Purpose>> => {
    const state = (await consents.current(shopId, [personId])).get(personId);
    return new Set(purposes.filter((purpose) => isGranted(state, purpose)));
  };
}
