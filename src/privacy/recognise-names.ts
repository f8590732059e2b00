import type { EpochMs } from "#domain/clock.ts";
import { type DeviceHands, handsOf, type IdentityLink } from "#domain/identity-link.ts";
import type { LogSeq, PersonId, ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import type { IdentityStore, LogEntry, NameOf } from "#storage/ports.ts";
import type { PersonIds } from "./person-ids.ts";

/** A device that has just been met in a customer's hands, where nothing said so yet. */
export type NewClaim = Pick<Extract<LogEntry, { kind: "link" }>, "name" | "root" | "at"> & {
  readonly device: { readonly deviceId: PersonId; readonly session: NameOf };
};

export type Recognised = {
  /** Under whom this is filed, the stronger first: a signed-in customer before a device. */
  readonly names: readonly NameOf[];
  readonly hands: DeviceHands | null;
  readonly claim: NewClaim | null;
};

/** Names, and when somebody was called so; null: now, and nothing new is said about who is whom. */
export type NamedAt = { readonly names: PersonName; readonly at: EpochMs | null };

export type RecogniseNames = (shopId: ShopId, named: readonly NamedAt[]) => Promise<readonly Recognised[]>;

/**
 * Whom names mean. A customer's name is one person for ever. A device is, at each time, in the hands of whoever had
 * last signed in on it: what happens then is filed apart, so that it can never become somebody else's. Both names
 * together say that the device was in the customer's hands at that time. Of several, each knows what the earlier said.
 */
export function createRecogniseNames(deps: { readonly personIds: PersonIds; readonly identities: Pick<IdentityStore, "linksOf"> }): RecogniseNames {
  const { personIds, identities } = deps;

  return async (shopId, named) => {
    const devices = new Map<string, NameOf>();
    for (const { names } of named) {
      const { anonymousId } = names;
      if (anonymousId !== null && !devices.has(anonymousId)) devices.set(anonymousId, await personIds.of(shopId, "anonymous", anonymousId));
    }
    const stored = await identities.linksOf(
      shopId,
      [...devices.values()].map(({ personId }) => personId),
    );
    const pending = new Map<PersonId, IdentityLink[]>();

    async function recognise({ names, at }: NamedAt): Promise<Recognised> {
      const customer = names.customerId === null ? null : await personIds.of(shopId, "customer", names.customerId);
      const device = names.anonymousId === null ? null : devices.get(names.anonymousId)!;
      if (device === null) return { names: customer === null ? [] : [customer], hands: null, claim: null };
      const known = stored.get(device.personId) ?? [];
      const fresh = pending.get(device.personId) ?? [];
      const hands = handsOf(device.personId, [...known, ...fresh], at);
      const base: NameOf = { ...device, personId: hands.baseId };
      // What a claim of the same batch says is not in force yet; until it is, a device nobody else had is itself.
      const waits = fresh.some(({ sessionId }) => sessionId === hands.sessionId) && hands.firstRootId === hands.rootId;
      const held: NameOf = hands.sessionId === null || waits ? base : { ...device, personId: hands.sessionId };
      if (customer === null) return { names: [held], hands, claim: null };
      if (hands.shared) return { names: [customer], hands, claim: null };
      if (hands.rootId === customer.personId) return { names: [customer, held], hands, claim: null };
      const ofNobody = hands.firstRootId === null;
      if (at === null) return { names: ofNobody ? [customer, base] : [customer], hands, claim: null };
      const session = await personIds.inHands(shopId, base, customer.personId);
      const claim: NewClaim = { name: base, root: customer, device: { deviceId: device.personId, session }, at };
      pending.set(device.personId, [...fresh, pendingLink(claim)]);
      return { names: [customer, ofNobody ? base : session], hands, claim };
    }

    const recognised: Recognised[] = [];
    for (const one of named) recognised.push(await recognise(one));
    return recognised;
  };
}

const pendingLink = ({ name, root, device, at }: NewClaim): IdentityLink => ({
  seq: Number.MAX_SAFE_INTEGER as LogSeq,
  kind: "claim",
  personId: device.deviceId,
  baseId: name.personId,
  rootId: root.personId,
  sessionId: device.session.personId,
  at,
  undoneSeq: null,
});
