import type { HistoryWindow } from "./data-use.ts";
import type { PersonId, ShopId } from "./ids.ts";
import type { Purpose } from "./purpose.ts";

declare const allowedBrand: unique symbol;

/**
 * What leave is given for: a purpose that the person agreed to, or `access`: showing the person themselves what is kept of them, which
 * needs no agreement.
 */
export type Use = Purpose | "access";

/**
 * Leave to read one person's history for one purpose. Only the gate (`privacy/gate.ts`) makes one, after it has read
 * the consent; storage hands out a history against nothing else.
 */
export type Allowed<U extends Use> = {
  readonly shopId: ShopId;
  readonly purpose: U;
  /** Only so much of the history: what the person's dial names. Null: all that the purpose may use. */
  readonly window: HistoryWindow | null;
  /** The person's own id first, then the devices that are known to be theirs. */
  readonly personIds: readonly PersonId[];
  readonly [allowedBrand]: true;
};
