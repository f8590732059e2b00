import type { PersonId, ShopId } from "./ids.ts";
import type { Purpose } from "./purpose.ts";

declare const allowedBrand: unique symbol;

/**
 * Leave to read one person's history for one purpose. Only the gate (`privacy/gate.ts`) makes one, after it has read
 * the consent; storage hands out a history against nothing else.
 */
export type Allowed<P extends Purpose> = {
  readonly shopId: ShopId;
  readonly purpose: P;
  /** The person's own id first, then the devices that are known to be theirs. */
  readonly personIds: readonly PersonId[];
  readonly [allowedBrand]: true;
};
