import type { EpochMs } from "./clock.ts";
import type { ShopId } from "./ids.ts";
import type { Purpose } from "./purpose.ts";

/** What a key opens: a write key may send events and consents and is public; a server key may do everything. */
export type KeyScope = "write" | "server";

/** What a shop asserts of everybody who has decided nothing yet, and the notice that they agreed to. */
export type StandingConsent = { readonly purposes: readonly Purpose[]; readonly notice: string | null };

export type Shop = {
  readonly shopId: ShopId;
  readonly name: string;
  readonly currency: string;
  readonly createdAt: EpochMs;
};
