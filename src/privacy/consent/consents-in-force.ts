import type { Clock, EpochMs } from "#domain/clock.ts";
import type { ConsentState } from "#domain/consent.ts";
import type { PersonId } from "#domain/ids.ts";
import type { ConsentStore } from "#storage/ports.ts";

/** A yes whose time has run out is none, whether or not the log says so yet. */
function inForceAt(states: ReadonlyMap<PersonId, ConsentState>, now: EpochMs): ReadonlyMap<PersonId, ConsentState> {
  let changed: Map<PersonId, ConsentState> | null = null;
  for (const [personId, state] of states) {
    const over = [...state.values()].filter(({ granted, expiresAt }) => granted && expiresAt != null && expiresAt <= now);
    if (over.length === 0) continue;
    changed ??= new Map(states);
    const left = new Map(state);
    for (const { purpose } of over) left.delete(purpose);
    changed.set(personId, left);
  }
  return changed ?? states;
}

/**
 * Decisions as they hold now. What held right after an entry of the log (`asOf`) goes by the log alone: whoever counts must
 * come to the same result whenever they count.
 */
export function consentsInForce(consents: ConsentStore, clock: Clock): ConsentStore {
  return {
    ...consents,
    current: async (shopId, personIds) => inForceAt(await consents.current(shopId, personIds), clock()),
  };
}
