import { createHmac } from "node:crypto";
import type { EpochMs } from "#domain/clock.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { PersonName, PersonNameKind } from "#domain/person.ts";
import type { NameOf, ShopStore } from "#storage/ports.ts";
import { rememberIds } from "./remembered-ids.ts";

export type PersonIds = {
  /** The person behind one outside name. The same name in two shops is two persons. */
  of(shopId: ShopId, kind: PersonNameKind, externalId: string): Promise<NameOf>;
  /** The names of a request, the stronger first: a signed-in customer before a device. */
  ofNames(shopId: ShopId, names: PersonName): Promise<readonly NameOf[]>;
  /** A device as far as it is in this customer's hands. */
  inHands(shopId: ShopId, device: NameOf, customerId: PersonId): Promise<NameOf>;
  /** A device from then on, when it was let go. */
  letGo(shopId: ShopId, device: NameOf, at: EpochMs): Promise<NameOf>;
  /** Keeps no name in memory that it was asked about. */
  forgetRemembered(): void;
};

/**
 * Person ids are a keyed hash of the outside name: two processes agree on them without asking each other, and nobody
 * without the shop's secret can go from a name to what is stored.
 */
export function createPersonIds(shops: Pick<ShopStore, "personKey">): PersonIds {
  const keys = new Map<ShopId, Promise<string>>();
  const remembered = rememberIds<PersonId>();
  function keyOf(shopId: ShopId): Promise<string> {
    let key = keys.get(shopId);
    if (key === undefined) {
      key = shops.personKey(shopId);
      keys.set(shopId, key);
      // A failed look-up must not be remembered.
      key.catch(() => keys.delete(shopId));
    }
    return key;
  }
  async function of(shopId: ShopId, kind: PersonNameKind, externalId: string): Promise<NameOf> {
    return { personId: await idOf(shopId, [kind, externalId]), kind, externalId };
  }
  /** No part holds a line break: ids with control characters are refused at the door. */
  async function idOf(shopId: ShopId, parts: readonly (string | number)[]): Promise<PersonId> {
    const key = await keyOf(shopId);
    return remembered(`${shopId}\n${parts.join("\n")}`, (named) => {
      const digest = createHmac("sha256", key)
        .update(named.slice(shopId.length + 1))
        .digest();
      return digest.subarray(0, 16).toString("base64url") as PersonId;
    });
  }
  return {
    of,
    forgetRemembered: () => remembered.clear(),
    inHands: async (shopId, device, customerId) => ({ ...device, personId: await idOf(shopId, ["in-hands", device.personId, customerId]) }),
    letGo: async (shopId, device, at) => ({ ...device, personId: await idOf(shopId, ["let-go", device.personId, at]) }),
    async ofNames(shopId, { customerId, anonymousId }) {
      const names: NameOf[] = [];
      if (customerId !== null) names.push(await of(shopId, "customer", customerId));
      if (anonymousId !== null) names.push(await of(shopId, "anonymous", anonymousId));
      return names;
    },
  };
}
