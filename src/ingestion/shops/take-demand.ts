import { dayMs, type EpochMs } from "#domain/clock.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import { isUsableId } from "#domain/ids.ts";
import { purposes } from "#domain/purpose.ts";
import type { ShopPlatform } from "#domain/shop-platform.ts";
import type { PersonIds } from "#privacy/person-ids.ts";
import type { ConsentChange, RecordConsents } from "#privacy/record-consents.ts";
import type { ConnectionStore } from "#storage/ports/connection-store.ts";
import type { RightsRequestStore } from "#storage/ports/rights-request-store.ts";
import type { IdentityStore } from "#storage/ports.ts";
import type { RightsDemand } from "./shop-content.ts";
import { guestOf } from "./shopify-order.ts";

/** The law's month, and Shopify's. */
export const rightsRequestDays = 30;

/** True: it is written down now; false: it was before. */
export type TakeDemand = (
  shopId: ShopId,
  platform: ShopPlatform,
  demand: RightsDemand,
  delivery: { readonly requestId: string; readonly at: EpochMs },
) => Promise<boolean>;

/**
 * Writes down what somebody asked for, for an operator to see to. Erasing stops all use at once: a no to every purpose,
 * for the customer and for the guests whose orders are named.
 */
export function createTakeDemand(deps: {
  readonly connections: Pick<ConnectionStore, "orders">;
  readonly identities: Pick<IdentityStore, "nameOf">;
  readonly rightsRequests: Pick<RightsRequestStore, "add">;
  readonly personIds: PersonIds;
  readonly recordConsents: RecordConsents;
}): TakeDemand {
  const { connections, identities, rightsRequests, personIds, recordConsents } = deps;
  const noToAll = new Map(purposes.map((purpose) => [purpose, false]));

  /** The customer, and those who ordered as guests. */
  async function namesOf(shopId: ShopId, { customerId, orderIds }: RightsDemand): Promise<ConsentChange["names"][]> {
    const usable = orderIds.filter(isUsableId);
    const guests: ConsentChange["names"][] = [];
    for (const { orderId, personId } of (await connections.orders(shopId, usable)).values()) {
      const name = await identities.nameOf(shopId, personId);
      if (name?.externalId === guestOf(orderId)) guests.push({ customerId: null, anonymousId: guestOf(orderId) });
    }
    return customerId === null || !isUsableId(customerId) ? guests : [{ customerId, anonymousId: null }, ...guests];
  }

  return async (shopId, platform, demand, { requestId, at }) => {
    const { kind } = demand;
    const reference = demand.reference !== null && isUsableId(demand.reference) ? demand.reference : null;
    const people = kind === "erase-shop" ? [] : await namesOf(shopId, demand);
    const [first] = people;
    const personId: PersonId | null = first === undefined ? null : (await personIds.ofNames(shopId, first))[0]!.personId;
    // The use is stopped before the request is written down: should the second fail, the platform sends it again.
    const isNew = async () => {
      const dueAt = at + rightsRequestDays * dayMs;
      return rightsRequests.add({
        requestId,
        shopId,
        kind,
        platform,
        personId,
        reference,
        at,
        dueAt,
        state: "open",
      });
    };
    if (kind !== "erase-customer" || people.length === 0) return isNew();
    await recordConsents(
      shopId,
      people.map((names) => ({ names, purposes: noToAll, source: "person", notice: null, how: `${platform}-redact` })),
    );
    return isNew();
  };
}
