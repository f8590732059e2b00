import type { PersonId, ShopId } from "#domain/ids.ts";
import type { RightsRequestStore } from "#storage/ports/rights-request-store.ts";
import type { IdentityStore } from "#storage/ports.ts";
import type { Gate } from "../gate.ts";

type Restrictions = Pick<RightsRequestStore, "restrictionsOf" | "anyRestricted">;

/**
 * Whoever asked that nothing be done with their data is a no to every purpose, under all their names, until it is lifted; the data
 * stays. Showing it to the person themselves stays allowed. What was learnt is taken back by a decision in the log, as every position
 * of the log must mean the same for ever: questions about the past are answered from the log alone.
 */
export function guardRestricted(gate: Gate, restrictions: Restrictions, identities: Pick<IdentityStore, "clusters">): Gate {
  const isRestricted = async (shopId: ShopId, memberIds: readonly PersonId[]) =>
    memberIds.length > 0 && (await restrictions.restrictionsOf(shopId, memberIds)).length > 0;

  async function restrictedAmong(shopId: ShopId, personIds: readonly PersonId[]): Promise<ReadonlySet<PersonId>> {
    if (personIds.length === 0 || !(await restrictions.anyRestricted(shopId))) return new Set();
    const clusters = await identities.clusters(shopId, personIds);
    const membersOf = (personId: PersonId) => clusters.get(personId)?.memberIds ?? [personId];
    const found = new Set((await restrictions.restrictionsOf(shopId, [...new Set(personIds.flatMap(membersOf))])).map(({ personId }) => personId));
    return new Set(personIds.filter((personId) => membersOf(personId).some((memberId) => found.has(memberId))));
  }

  return {
    ...gate,
    async allow(shopId, person, purpose) {
      if (person !== null && (await isRestricted(shopId, person.memberIds))) return null;
      return gate.allow(shopId, person, purpose);
    },
    async usable(shopId, person, asking) {
      const usable = await gate.usable(shopId, person, asking);
      // Where nothing of theirs is read anyway nothing need be asked.
      if (usable.leave === null || person === null || !(await isRestricted(shopId, person.memberIds))) return usable;
      return { ...usable, level: "page", cause: "restricted", leave: null };
    },
    async agrees(shopId, person, purpose) {
      if (person !== null && (await isRestricted(shopId, person.memberIds))) return false;
      return gate.agrees(shopId, person, purpose);
    },
    async allowEach(shopId, personIds, purpose, asOf) {
      const allowed = await gate.allowEach(shopId, personIds, purpose, asOf);
      if (asOf !== undefined || allowed.size === 0) return allowed;
      const restricted = await restrictedAmong(shopId, [...allowed.keys()]);
      return restricted.size === 0 ? allowed : new Map([...allowed].filter(([personId]) => !restricted.has(personId)));
    },
  };
}
