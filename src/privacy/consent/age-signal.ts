import type { Clock, EpochMs, FreshId } from "#domain/clock.ts";
import type { MessageId, ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { ofAge } from "#domain/purpose.ts";
import { withDevice } from "#storage/ports/forget-store.ts";
import type { LogEntry, NameOf, Store } from "#storage/ports.ts";
import type { PersonIds } from "../person-ids.ts";
import type { ShopPolicies } from "../policy/shop-policies.ts";
import { createRecogniseNames } from "../recognise-names.ts";

/** What is kept of somebody's age: never a date, never a year. `child`: younger than they may decide, by the shop's word. */
export const ageBands = ["child", "under-13", "13-15", "16-17", "adult"] as const;
export type AgeBand = (typeof ageBands)[number];

/** The youngest that somebody of this band may be. */
const youngest: Readonly<Record<AgeBand, number>> = { child: 0, "under-13": 0, "13-15": 13, "16-17": 16, adult: 18 };

/** By the youngest that somebody born in this year can be today. */
export function bandOfBirthYear(year: number, now: EpochMs): AgeBand {
  const age = new Date(now).getUTCFullYear() - year - 1;
  return age >= 18 ? "adult" : age >= 16 ? "16-17" : age >= 13 ? "13-15" : "under-13";
}

const howPrefix = "age:";
export const bandOfHow = (how: string | null): AgeBand | null => ageBands.find((band) => how === `${howPrefix}${band}`) ?? null;

export type AgeSignals = {
  /** Files it under every name of the request; whoever is a child under one name is one. Answers whether they are. */
  record(shopId: ShopId, names: PersonName, band: AgeBand): Promise<{ readonly child: boolean }>;
  /** After the shop's policy has changed: says anew of everybody whether they are of age. How many have changed. */
  judgeAnew(shopId: ShopId): Promise<number>;
};

const peopleAtOnce = 500;

/** A signal of age is kept like a decision: it is merged as strictly, replayed with the log, and the latest counts. */
export function createAgeSignals(deps: {
  readonly store: Pick<Store, "log" | "identities" | "consentRecords">;
  readonly personIds: PersonIds;
  readonly policies: ShopPolicies;
  readonly clock: Clock;
  readonly freshId: FreshId;
}): AgeSignals {
  const { store, personIds, policies, clock, freshId } = deps;
  const recognise = createRecogniseNames({ personIds, identities: store.identities });

  function entryOf(name: NameOf, band: AgeBand, granted: boolean, called = `age:${freshId()}`): LogEntry {
    const how = `${howPrefix}${band}`;
    const decision = { personId: name.personId, purpose: ofAge, granted, at: clock(), source: "person", notice: null, how } as const;
    return { kind: "consent", messageId: called as MessageId, name, decision };
  }

  return {
    async record(shopId, names, band) {
      const { childAge } = await policies.of(shopId);
      const child = youngest[band] < childAge;
      const [found] = await recognise(shopId, [{ names, at: null }]);
      const called = `age:${freshId()}`;
      await store.log.append(
        shopId,
        found!.names.map((name, index) => entryOf(name, band, !child, index === 0 ? called : `${called}${withDevice}`)),
      );
      return { child };
    },

    async judgeAnew(shopId) {
      const { childAge } = await policies.of(shopId);
      let changed = 0;
      for (let after = null as NameOf["personId"] | null; ; ) {
        const page = await store.consentRecords.onPurpose(shopId, ofAge, after, peopleAtOnce);
        if (page.length === 0) return changed;
        after = page.at(-1)!.personId;
        const named = await store.identities.namesOf(
          shopId,
          page.map(({ personId }) => personId),
        );
        const entries = page.flatMap(({ personId, granted, how }): LogEntry[] => {
          const band = bandOfHow(how);
          const name = named.get(personId);
          const isOfAge = band === null ? granted : youngest[band] >= childAge;
          return band === null || name === undefined || isOfAge === granted ? [] : [entryOf(name, band, isOfAge)];
        });
        await store.log.append(shopId, entries);
        changed += entries.length;
      }
    },
  };
}
