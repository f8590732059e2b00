import type { ItemId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import type { Result } from "#domain/problem.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { Recommendation, RecommendationRequest } from "#domain/recommendation.ts";

export type StorefrontRequest = {
  method: "GET" | "POST";
  /** Below /shop, percent-encoded as it came: "/", "/product/MUG-014". */
  path: string;
  query: Record<string, string>;
  cookies: Record<string, string>;
  form: Record<string, string | string[]>;
  /** The browser sent `Sec-GPC: 1`. */
  gpc: boolean;
};

/** `maxAgeSeconds: 0` deletes the cookie. */
export type StorefrontCookie = { name: string; value: string; maxAgeSeconds: number };

export type StorefrontResponse = { status: number; headers: Record<string, string>; cookies: StorefrontCookie[]; body: string };

export type ShopperNames = { customerId: string | null; anonymousId: string | null };

export type PurposeAnswers = Partial<Record<Purpose, boolean>>;

export type StorefrontMessage = ShopperNames & {
  type: "track" | "page" | "identify";
  event?: string;
  name?: string;
  properties: Record<string, unknown>;
};

/** Why something is suggested, in words: the terms of its score, and what else there is to know. */
export type WhyShown = {
  readonly line: string;
  readonly label: string | null;
  readonly factors: readonly { readonly text: string; readonly share: string; readonly source: string; readonly withoutIt: string | null }[];
  readonly dataUse: string;
  readonly everything: readonly string[];
  readonly rules: readonly string[];
};

/** All the storefront needs of the world. Whoever mounts it provides this. */
export type StorefrontServices = {
  shopName: string;
  currency: string;
  items(ids: readonly ItemId[]): Promise<ReadonlyMap<ItemId, CatalogueItem>>;
  categories(): Promise<readonly string[]>;
  itemsIn(category: string, limit: number): Promise<readonly CatalogueItem[]>;
  recommend(request: RecommendationRequest): Promise<Result<Recommendation>>;
  track(message: StorefrontMessage): Promise<void>;
  consentsOf(names: ShopperNames): Promise<PurposeAnswers>;
  setConsents(names: ShopperNames, purposes: PurposeAnswers, how: string): Promise<void>;
  demoCustomers: readonly { customerId: string; displayName: string; taste: string }[];
  /** All that is to be said of one suggestion; null where there is nothing. */
  why(request: RecommendationRequest, itemId: ItemId): Promise<WhyShown | null>;
  /** Where the shopper's own page is entered, once; null for whoever has no name. */
  ownPage(names: ShopperNames): Promise<string | null>;
  /** Where it stands how this shop ranks. */
  rankingPath: string;
  freshId(): string;
};
