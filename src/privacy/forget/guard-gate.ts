import type { PersonName, PersonNameKind } from "#domain/person.ts";
import type { ForgetStore, SaidName } from "#storage/ports/forget-store.ts";
import type { Gate } from "../gate.ts";

export function saidNames({ customerId, anonymousId }: PersonName): SaidName[] {
  const said = [
    ["customer", customerId],
    ["anonymous", anonymousId],
  ] as const satisfies readonly (readonly [PersonNameKind, string | null])[];
  return said.flatMap(([kind, externalId]) => (externalId === null ? [] : [{ kind, externalId }]));
}

/** While somebody is being forgotten they are a stranger to everybody who asks. */
export function guardGate(gate: Gate, forgetting: Pick<ForgetStore, "suppressed">): Gate {
  return {
    ...gate,
    async recognise(shopId, names) {
      const person = await gate.recognise(shopId, names);
      if (person === null || !person.known) return person;
      const suppressed = await forgetting.suppressed(shopId, saidNames(names));
      return [...suppressed.values()].some(({ done }) => !done) ? { personId: person.personId, memberIds: [], known: false } : person;
    },
  };
}
