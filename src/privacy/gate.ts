import type { Allowed } from "#domain/allowed.ts";
import { type ConsentState, isGranted, isRefused } from "#domain/consent.ts";
import type { LogSeq, PersonId, ShopId } from "#domain/ids.ts";
import { mintAllowed } from "#domain/mint-allowed.ts";
import type { Person, PersonName } from "#domain/person.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { ConsentStore, IdentityStore } from "#storage/ports.ts";
import type { PersonIds } from "./person-ids.ts";
import { createRecogniseNames } from "./recognise-names.ts";

/** May we use this, for what? The only place that answers. */
export type Gate = {
  /** Whom the names of a request mean; null when it names nobody. */
  recognise(shopId: ShopId, names: PersonName): Promise<Person | null>;
  /** Leave to read this person's history for this purpose, or null. Reads the consent anew each time. */
  allow<P extends Purpose>(shopId: ShopId, person: Person | null, purpose: P): Promise<Allowed<P> | null>;
  /**
   * The same for many stored persons, each by themselves, as it was right after log position `asOf` (now, when not
   * given). Persons who do not allow it are missing from the answer.
   */
  allowEach<P extends Purpose>(shopId: ShopId, personIds: readonly PersonId[], purpose: P, asOf?: LogSeq): Promise<ReadonlyMap<PersonId, Allowed<P>>>;
};

/** Yes only if somebody of the person said yes and nobody said no: unknown and missing answers count as no. */
function isAllowed(states: readonly (ConsentState | undefined)[], purpose: Purpose): boolean {
  return states.some((state) => isGranted(state, purpose)) && !states.some((state) => isRefused(state, purpose));
}

export function createGate(deps: { readonly consents: ConsentStore; readonly identities: IdentityStore; readonly personIds: PersonIds }): Gate {
  const { consents, identities, personIds } = deps;
  const recognise = createRecogniseNames({ personIds, identities });
  return {
    async recognise(shopId, names) {
      const [found] = await recognise(shopId, [{ names, at: null }]);
      const [strongest] = found!.names;
      if (strongest === undefined) return null;
      const known = found!.names.map(({ personId }) => personId);
      const clusters = await identities.clusters(shopId, known);
      // A device that nobody has signed in on belongs, for this answer, to whoever is named with it.
      const memberIds = [strongest.personId, ...known.flatMap((personId) => clusters.get(personId)?.memberIds ?? [])];
      return { personId: strongest.personId, memberIds: [...new Set(memberIds)], known: clusters.size > 0 };
    },

    async allow(shopId, person, purpose) {
      if (person === null || !person.known) return null;
      const states = await consents.current(shopId, person.memberIds);
      const all = person.memberIds.map((personId) => states.get(personId));
      return isAllowed(all, purpose) ? mintAllowed(shopId, purpose, person.memberIds) : null;
    },

    async allowEach(shopId, personIds, purpose, asOf) {
      const states = asOf === undefined ? await consents.current(shopId, personIds) : await consents.asOf(shopId, personIds, asOf);
      const allowed = new Map<PersonId, Allowed<typeof purpose>>();
      for (const personId of personIds) {
        if (isAllowed([states.get(personId)], purpose)) allowed.set(personId, mintAllowed(shopId, purpose, [personId]));
      }
      return allowed;
    },
  };
}
