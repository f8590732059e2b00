import type { Allowed, Use } from "./allowed.ts";
import { mintedLeaves } from "./assert-minted.ts";
import type { HistoryWindow } from "./data-use.ts";
import type { PersonId, ShopId } from "./ids.ts";

/** For the gate alone: the rule `only-the-gate-mints` keeps everybody else from importing this file. */
export function mintAllowed<U extends Use>(
  shopId: ShopId,
  purpose: U,
  personIds: readonly PersonId[],
  window: HistoryWindow | null = null,
): Allowed<U> {
  const allowed = Object.freeze({ shopId, purpose, personIds, window }) as Allowed<U>;
  mintedLeaves.add(allowed);
  return allowed;
}
