import { handsOf, type IdentityLink } from "#domain/identity-link.ts";
import type { AnonymousId, PersonId, ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { nameKey, type SaidName } from "#storage/ports/forget-store.ts";
import type { NameOf, Store } from "#storage/ports.ts";
import type { Gate } from "../gate.ts";
import type { PersonIds } from "../person-ids.ts";
import type { ErasureWork } from "./erasure-work.ts";

export type FoundPerson = ErasureWork & {
  /** What is not to be heard of again. */
  readonly suppress: readonly SaidName[];
};

/**
 * Everything that one person is filed under: all their names, and their devices for as long as they were in their hands. A device that
 * somebody else holds as well stays that one's; what this person did on it does not.
 */
export function createFindPerson(deps: {
  readonly store: Pick<Store, "identities" | "forgetting">;
  readonly gate: Pick<Gate, "recognise">;
  readonly personIds: PersonIds;
}) {
  const { store, gate, personIds } = deps;

  /** Is somebody else known under this device's name? */
  async function isShared(shopId: ShopId, deviceId: PersonId, ids: ReadonlySet<PersonId>, links: readonly IdentityLink[]): Promise<boolean> {
    const holders = links.flatMap(({ kind, rootId, sessionId, baseId }) =>
      kind === "cut" ? [baseId] : [rootId!, ...(sessionId === null ? [] : [sessionId])],
    );
    const others = [deviceId, ...holders].filter((personId) => !ids.has(personId));
    if (others.length === 0) return false;
    const known = await store.identities.namesOf(shopId, [...new Set(others)]);
    // A customer who was only tied to it for a while and has nothing left is nobody.
    return known.size > 0;
  }

  /** Devices that are tied to these people by nothing but a decision said under both names, and to nobody else at all. */
  async function decidedOn(shopId: ShopId, ids: ReadonlySet<PersonId>): Promise<PersonId[]> {
    const devices = (await store.forgetting.decidedWith(shopId, [...ids], "customer")).filter((personId) => !ids.has(personId));
    const known = await store.identities.namesOf(shopId, devices);
    const own: PersonId[] = [];
    for (const deviceId of devices) {
      const name = known.get(deviceId);
      if (name === undefined) continue;
      const device = await personIds.of(shopId, "anonymous", name.externalId as AnonymousId);
      const links = (await store.identities.linksOf(shopId, [device.personId])).get(device.personId) ?? [];
      const isClaimed = links.some(({ kind, baseId, undoneSeq }) => kind === "claim" && baseId === deviceId && undoneSeq === null);
      const others = await store.forgetting.decidedWith(shopId, [deviceId], "device");
      if (!isClaimed && others.every((personId) => ids.has(personId))) own.push(deviceId);
    }
    return own;
  }

  return async (shopId: ShopId, said: PersonName): Promise<FoundPerson> => {
    const asked = await personIds.ofNames(shopId, said);
    const person = await gate.recognise(shopId, said);
    const ids = new Set<PersonId>([...asked.map(({ personId }) => personId), ...(person?.memberIds ?? [])]);
    // A device that is somebody else's by now is asked for as it is in that one's hands.
    for (const name of asked) {
      if (name.kind !== "anonymous") continue;
      const links = (await store.identities.linksOf(shopId, [name.personId])).get(name.personId) ?? [];
      const { baseId, sessionId } = handsOf(name.personId, links, null);
      const held = sessionId ?? baseId;
      if (held !== name.personId) {
        ids.delete(name.personId);
        ids.add(held);
      }
    }
    for (const [personId, cluster] of await store.identities.clusters(shopId, [...ids])) {
      ids.add(personId);
      for (const memberId of cluster.memberIds) ids.add(memberId);
    }
    for (const deviceId of await decidedOn(shopId, ids)) ids.add(deviceId);
    const names = new Map<string, NameOf>();
    for (const name of [...(await store.identities.namesOf(shopId, [...ids])).values(), ...asked]) names.set(nameKey(name), name);
    const own: SaidName[] = [];
    let sharedNames = 0;
    const sharedIds = new Set<PersonId>();
    for (const { kind, externalId } of names.values()) {
      if (kind === "anonymous") {
        const device = await personIds.of(shopId, "anonymous", externalId as AnonymousId);
        const links = (await store.identities.linksOf(shopId, [device.personId])).get(device.personId) ?? [];
        if (await isShared(shopId, device.personId, ids, links)) {
          sharedNames++;
          for (const id of [device.personId, ...links.map(({ baseId }) => baseId)]) sharedIds.add(id);
          continue;
        }
        ids.add(device.personId);
        for (const { baseId, sessionId } of links) for (const id of [baseId, sessionId]) if (id !== null) ids.add(id);
      }
      own.push({ kind, externalId });
    }
    for (const { rootId, sessionId } of await store.identities.linksAmong(shopId, [...ids]))
      if (rootId !== null && sessionId !== null && ids.has(rootId)) ids.add(sessionId);
    const customers = [...names.values()].filter(({ kind }) => kind === "customer");
    const told = (customers.length > 0 ? customers : [...names.values()]).map(({ kind, externalId }) => ({ kind, externalId }));
    const suppress = new Map([...own, ...asked].map(({ kind, externalId }) => [nameKey({ kind, externalId }), { kind, externalId }]));
    return { personIds: [...ids], names: own, sharedNames, sharedIds: [...sharedIds], told, needles: [], suppress: [...suppress.values()] };
  };
}
