import type { EpochMs } from "./clock.ts";
import type { EventType } from "./event.ts";
import type { AnonymousId, CustomerId, ItemId, RecommendationId, SessionId } from "./ids.ts";

/** The places on a page that ask for items. */
export const surfaces = ["for-you", "popular", "trending", "new", "similar", "bought-together", "complete-basket", "reorder"] as const;
export type Surface = (typeof surfaces)[number];

/**
 * How much of a person's data shaped an answer, from least to most. The names are the five levels of the dial.
 * Only `visit` and above read anything about a person.
 */
export const dataUses = ["nothing", "page", "visit", "purchases", "everything"] as const;
export type DataUse = (typeof dataUses)[number];

export const reasonKinds = ["event", "item", "content", "popularity", "context", "rule", "rest"] as const;
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
};

export type Recommendation = {
  readonly recommendationId: RecommendationId;
  readonly surface: Surface;
  readonly personalized: boolean;
  readonly dataUse: DataUse;
  readonly model: { readonly name: string; readonly version: number };
  readonly items: readonly RecommendedItem[];
  /** Things the caller should know that are no errors: why it is not personal, which basket items are unknown. */
  readonly notices: readonly { readonly code: "NO_CONSENT" | "ITEM_UNKNOWN" | "NOT_ENOUGH_DATA"; readonly detail: string }[];
};
