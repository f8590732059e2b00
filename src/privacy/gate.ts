import type { Allowed } from "#domain/allowed.ts";
import type { Clock } from "#domain/clock.ts";
import { byGuardian, type ConsentState, isChild, isGranted, isRefused } from "#domain/consent.ts";
import { type DataUse, isBelow } from "#domain/data-use.ts";
import type { LogSeq, PersonId, ShopId } from "#domain/ids.ts";
import { mintAllowed } from "#domain/mint-allowed.ts";
import type { Person, PersonName } from "#domain/person.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { PreferenceStore } from "#storage/ports/preference-store.ts";
import type { ConsentStore, IdentityStore } from "#storage/ports.ts";
import { consentsInForce } from "./consent/consents-in-force.ts";
import type { PersonIds } from "./person-ids.ts";
import type { Choices } from "./preferences/choices.ts";
import type { LevelCause } from "./preferences/decide-level.ts";
import { type Asking, askingPlainly, createDial, type IsRestricted } from "./preferences/dial.ts";
import { createRecogniseNames } from "./recognise-names.ts";

/** How much may be used for somebody in one answer, and what they asked for. */
export type Usable = {
  readonly level: DataUse;
  /** What made it so low; null where nothing did, or where they never agreed to more. */
  readonly cause: LevelCause | null;
  /** To read what the level names of their past; null: nothing of it. */
  readonly leave: Allowed<"personalize"> | null;
  readonly choices: Choices;
};

/** May we use this, for what? The only place that answers. */
export type Gate = {
  /** Whom the names of a request mean; null when it names nobody. */
  recognise(shopId: ShopId, names: PersonName): Promise<Person | null>;
  /**
   * Leave to read this person's history for this purpose, or null. Reads the consent anew each time. For personalize it is leave for
   * no more than the person's dial names.
   */
  allow<P extends Purpose>(shopId: ShopId, person: Person | null, purpose: P): Promise<Allowed<P> | null>;
  /** Consent and dial together, for one request. Looks at no consent where the page is all that may be used anyway. */
  usable(shopId: ShopId, person: Person | null, asking: Asking): Promise<Usable>;
  /** Did they agree to it, however much of it the dial lets be used? */
  agrees(shopId: ShopId, person: Person | null, purpose: Purpose): Promise<boolean>;
  /** Leave to show the person themselves what is kept of them: theirs by right, whatever they agreed to. */
  access(shopId: ShopId, person: Person | null): Promise<Allowed<"access"> | null>;
  /**
   * The same for many stored persons, each by themselves, as it was right after log position `asOf` (now, when not
   * given). Persons who do not allow it are missing from the answer; with personalize also those whose dial stands below everything.
   */
  allowEach<P extends Purpose>(shopId: ShopId, personIds: readonly PersonId[], purpose: P, asOf?: LogSeq): Promise<ReadonlyMap<PersonId, Allowed<P>>>;
};

/**
 * Yes only if somebody of the person said yes and nobody said no: unknown and missing answers count as no. Who is a child
 * under one name is a child, and then the yes must be a guardian's.
 */
function isAllowed(states: readonly (ConsentState | undefined)[], purpose: Purpose): boolean {
  if (states.some(isChild) && !states.some((state) => isGranted(state, purpose) && state?.get(purpose)?.how === byGuardian)) return false;
  return states.some((state) => isGranted(state, purpose)) && !states.some((state) => isRefused(state, purpose));
}

export function createGate(deps: {
  readonly consents: ConsentStore;
  readonly identities: IdentityStore;
  readonly preferences: Pick<PreferenceStore, "of">;
  readonly personIds: PersonIds;
  readonly clock: Clock;
  readonly isRestricted?: IsRestricted;
}): Gate {
  const { identities, personIds } = deps;
  // A yes whose time has run out is none, also where the store does not know yet.
  const consents = consentsInForce(deps.consents, deps.clock);
  const dial = createDial(deps);
  const recognise = createRecogniseNames({ personIds, identities });

  async function usable(shopId: ShopId, person: Person | null, asking: Asking): Promise<Usable> {
    const choices = await dial.choices(shopId, person);
    const first = dial.first(choices, asking);
    if (!isBelow("page", first.level)) return { ...first, leave: null, choices };
    const states = person?.known === true ? await consents.current(shopId, person.memberIds) : null;
    const all = person?.memberIds.map((personId) => states?.get(personId)) ?? [];
    if (person === null || !isAllowed(all, "personalize")) return { level: "page", cause: null, leave: null, choices };
    const { level, cause } = await dial.full(shopId, person, all, choices, asking);
    if (!isBelow("page", level)) return { level, cause, leave: null, choices };
    const window = level === "visit" || level === "purchases" ? { level, visit: dial.visitOf(asking) } : null;
    return { level, cause, leave: mintAllowed(shopId, "personalize", person.memberIds, window), choices };
  }

  /** Those of whom not everything may be used, under whichever of their names they said so. */
  async function limitedAmong(shopId: ShopId, personIds: readonly PersonId[]): Promise<ReadonlySet<PersonId>> {
    const clusters = await identities.clusters(shopId, personIds);
    const membersOf = (personId: PersonId) => clusters.get(personId)?.memberIds ?? [personId];
    const limiting = await dial.limiting(shopId, [...new Set(personIds.flatMap(membersOf))]);
    return new Set(personIds.filter((personId) => membersOf(personId).some((memberId) => limiting.has(memberId))));
  }

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
      if (purpose === "personalize") return (await usable(shopId, person, askingPlainly)).leave as Allowed<typeof purpose> | null;
      const states = await consents.current(shopId, person.memberIds);
      const all = person.memberIds.map((personId) => states.get(personId));
      return isAllowed(all, purpose) ? mintAllowed(shopId, purpose, person.memberIds) : null;
    },

    usable,

    async agrees(shopId, person, purpose) {
      if (person === null || !person.known) return false;
      const states = await consents.current(shopId, person.memberIds);
      return isAllowed(
        person.memberIds.map((personId) => states.get(personId)),
        purpose,
      );
    },

    async access(shopId, person) {
      return person === null ? null : mintAllowed(shopId, "access", person.memberIds);
    },

    async allowEach(shopId, personIds, purpose, asOf) {
      const states = asOf === undefined ? await consents.current(shopId, personIds) : await consents.asOf(shopId, personIds, asOf);
      const allowed = new Map<PersonId, Allowed<typeof purpose>>();
      const limited = purpose === "personalize" ? await limitedAmong(shopId, personIds) : null;
      for (const personId of personIds) {
        if (limited?.has(personId) === true) continue;
        if (isAllowed([states.get(personId)], purpose)) allowed.set(personId, mintAllowed(shopId, purpose, [personId]));
      }
      return allowed;
    },
  };
}
