import type { Clock, FreshId } from "#domain/clock.ts";
import type { Store } from "#storage/ports.ts";
import { createShopPolicies, type ShopPolicies } from "../policy/shop-policies.ts";
import { completeDecisions } from "./complete-decisions.ts";
import { consentsInForce } from "./consents-in-force.ts";
import { createEndConsents, type EndConsents } from "./end-consents.ts";
import { createNotices, type Notices } from "./notices.ts";

export type KeptConsents = {
  /** The store, in which decisions are complete when they come in, and in force only for as long as they hold. */
  readonly store: Store;
  readonly policy: ShopPolicies;
  readonly notices: Notices;
  readonly endConsents: EndConsents;
};

/** Everything that must be so of decisions whoever writes or reads them: so it stands around the store itself. */
export function keepConsents(given: Store, { clock, freshId }: { readonly clock: Clock; readonly freshId: FreshId }): KeptConsents {
  const policy = createShopPolicies({ store: given, clock });
  const endConsents = createEndConsents({ store: given, clock, freshId });
  const notices = createNotices({ store: given, policies: policy, endConsents, clock });
  const log = completeDecisions(given.log, { policies: policy, notices });
  return { store: { ...given, log, consents: consentsInForce(given.consents, clock) }, policy, notices, endConsents };
}
