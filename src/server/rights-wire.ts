import type { PersonId, ShopId } from "#domain/ids.ts";
import { requestToPerson } from "#privacy/rights/request-to-person.ts";
import type { RightsRequest } from "#storage/ports/rights-request-store.ts";
import type { House } from "./compose.ts";
import type { RightsRequestReply } from "./contract/rights.ts";

const namesAtOnce = 500;

/** The requests of a shop's people with the names under which the shop knows them. */
export async function rightsRequestsToWire(
  house: Pick<House, "store" | "clock">,
  shopId: ShopId,
  requests: readonly RightsRequest[],
): Promise<RightsRequestReply[]> {
  const ids = [...new Set(requests.flatMap(({ personId }) => personId ?? []))];
  const names = new Map<PersonId, { kind: string; externalId: string }>();
  for (let start = 0; start < ids.length; start += namesAtOnce)
    for (const [id, name] of await house.store.identities.namesOf(shopId, ids.slice(start, start + namesAtOnce))) names.set(id, name);
  const restricted = new Set((await house.store.rightsRequests.restrictionsOf(shopId, ids)).map(({ requestId }) => requestId));
  return requests.map((request): RightsRequestReply => {
    const name = request.personId === null ? undefined : names.get(request.personId);
    const { clock, changed, steps, ...told } = requestToPerson(request, house.clock());
    return {
      ...told,
      customerId: name?.kind === "customer" ? name.externalId : null,
      anonymousId: name?.kind === "anonymous" ? name.externalId : null,
      clock: clock === null ? null : { ...clock },
      changed: changed === null ? null : [...changed],
      steps: steps.map((step) => ({ ...step })),
      restricting: restricted.has(request.requestId),
    };
  });
}
