import type { EpochMs } from "./clock.ts";
import type { ShopId } from "./ids.ts";

/** What a key opens: a write key may send events and consents and is public; a server key may do everything. */
export type KeyScope = "write" | "server";

export type Shop = {
  readonly shopId: ShopId;
  readonly name: string;
  readonly currency: string;
  readonly createdAt: EpochMs;
};
