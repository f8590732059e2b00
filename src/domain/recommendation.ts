import type { EpochMs } from "./clock.ts";
import { type DataUse, dataUses } from "./data-use.ts";
import type { EventType } from "./event.ts";
import type { AnonymousId, CustomerId, ItemId, RecommendationId, SessionId } from "./ids.ts";

/** The places on a page that ask for items. */
export const surfaces = ["for-you", "popular", "trending", "new", "similar", "bought-together", "complete-basket", "reorder"] as const;
export type Surface = (typeof surfaces)[number];

export { type DataUse, dataUses };

/** `choice`: the person asked for more of it. */
export const reasonKinds = ["event", "item", "content", "choice", "popularity", "context", "rule", "rest"] as const;
export type ReasonKind = (typeof reasonKinds)[number];

/** One term of the sum that is the score. */
export type Reason = {
  readonly kind: ReasonKind;
  /** The item of one's own past (event), of the page (item), or null. */
  readonly item: ItemId | null;
  readonly event: EventType | null;
  readonly at: EpochMs | null;
  /** What the number stands for where no item says it: "category: Mugs", "12 smaller reasons". */
  readonly label: string | null;
  readonly contribution: number;
  /**
   * Is the recommended item still in the answer when everything is ranked again without this reason's item? Null where
   * that was not tried: it is tried for the largest reason of an item that names one.
   */
  readonly withoutIt: "gone" | "stays" | null;
};

export type RecommendedItem = {
  readonly itemId: ItemId;
  /** The sum of the reasons' contributions, to the last bit and in any order. */
  readonly score: number;
  readonly reasons: readonly Reason[];
  /** How likely this item was to be shown here; 1 where nothing was left to chance. */
  readonly propensity: number;
};

export type RecommendationRequest = {
  readonly customerId: CustomerId | null;
  readonly anonymousId: AnonymousId | null;
  readonly sessionId: SessionId | null;
  readonly surface: Surface;
  /** Items the page itself is about, the product first. */
  readonly pageItems: readonly ItemId[];
  readonly basket: readonly ItemId[];
  /** How many, 1 to 100. */
  readonly n: number;
  readonly category: string | null;
  readonly explain: "none" | "short" | "full";
  /** True: nobody is being shown this; record no impression. */
  readonly preview: boolean;
  /** At most this level of the dial for this one answer: it can only lower what the person chose. */
  readonly dataUse?: DataUse | null;
  /** The browser sends Global Privacy Control. */
  readonly gpc?: boolean;
};

export const recommendationNotices = ["NO_CONSENT", "DATA_USE", "ITEM_UNKNOWN", "NOT_ENOUGH_DATA"] as const;
export type RecommendationNotice = { readonly code: (typeof recommendationNotices)[number]; readonly detail: string };

export type Recommendation = {
  readonly recommendationId: RecommendationId;
  readonly surface: Surface;
  readonly personalized: boolean;
  readonly dataUse: DataUse;
  /** True: neither the person nor the page was looked at, because they or the request wanted it so. */
  readonly nothingUsed: boolean;
  readonly model: { readonly name: string; readonly version: number };
  readonly items: readonly RecommendedItem[];
  /** Things the caller should know that are no errors: why it is not personal, which basket items are unknown. */
  readonly notices: readonly RecommendationNotice[];
};
