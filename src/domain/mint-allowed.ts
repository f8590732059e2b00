import type { Allowed } from "./allowed.ts";
import { mintedLeaves } from "./assert-minted.ts";
import type { PersonId, ShopId } from "./ids.ts";
import type { Purpose } from "./purpose.ts";

/** For the gate alone: the rule `only-the-gate-mints` keeps everybody else from importing this file. */
export function mintAllowed<P extends Purpose>(shopId: ShopId, purpose: P, personIds: readonly PersonId[]): Allowed<P> {
  const allowed = Object.freeze({ shopId, purpose, personIds }) as Allowed<P>;
  mintedLeaves.add(allowed);
  return allowed;
}
