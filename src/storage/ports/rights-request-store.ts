import type { EpochMs } from "#domain/clock.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { ShopPlatform } from "#domain/shop-platform.ts";

export const rightsRequestKinds = ["access", "erase-customer", "erase-shop"] as const;
export type RightsRequestKind = (typeof rightsRequestKinds)[number];

/** Somebody asked for what is theirs, or that it be erased; an operator has until `dueAt` to see to it. */
export type RightsRequest = {
  /** Follows from the message that brought it, so that the same message twice is one request. */
  readonly requestId: string;
  readonly shopId: ShopId;
  readonly kind: RightsRequestKind;
  readonly platform: ShopPlatform;
  /** Null: the whole shop, or nobody this house has a name for. */
  readonly personId: PersonId | null;
  /** The platform's own number of the request or of the customer, by which the operator finds it there. */
  readonly reference: string | null;
  readonly at: EpochMs;
  readonly dueAt: EpochMs;
  readonly state: "open" | "done";
};

export type RightsRequestStore = {
  /** False when that request is there already. */
  add(request: RightsRequest): Promise<boolean>;
  /** The one due first, first. */
  list(shopId: ShopId): Promise<readonly RightsRequest[]>;
  /** False when there is no open request of that id. */
  close(shopId: ShopId, requestId: string): Promise<boolean>;
};
