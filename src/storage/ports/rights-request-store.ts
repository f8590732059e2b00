import type { EpochMs } from "#domain/clock.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { ShopPlatform } from "#domain/shop-platform.ts";

/** What somebody may ask for. The last two come from shop platforms, in their words. */
export const rightsRequestKinds = [
  "access",
  "portability",
  "rectification",
  "objection",
  "restriction",
  "erasure",
  "opt-out",
  "erase-customer",
  "erase-shop",
] as const;
export type RightsRequestKind = (typeof rightsRequestKinds)[number];

/** The states of the Data Rights Protocol 1.0. */
export const rightsStates = ["open", "in_progress", "fulfilled", "denied", "revoked", "expired"] as const;
export type RightsState = (typeof rightsStates)[number];

/** From where: a platform, the shop's own systems or staff, the command line, or the person at their own page. */
export const rightsSources = ["platform", "shop", "command-line", "person"] as const;
export type RightsSource = (typeof rightsSources)[number];

/** One thing that happened to a request. */
export type RightsStep = {
  readonly at: EpochMs;
  readonly action: string;
  readonly state: RightsState;
  readonly by: RightsSource | "rapport";
  readonly words?: string;
};

/** Somebody asked for what is theirs by law; the shop has until `dueAt` to see to it. */
export type RightsRequest = {
  /** Of a platform's request it follows from the message that brought it, so that the same message twice is one request. */
  readonly requestId: string;
  readonly shopId: ShopId;
  readonly kind: RightsRequestKind;
  readonly platform: ShopPlatform | null;
  /** Null: the whole shop, nobody this house has a name for, or somebody who was forgotten. */
  readonly personId: PersonId | null;
  /** The number of the request or of the customer elsewhere (a platform, a help desk), by which it is found there. */
  readonly reference: string | null;
  readonly at: EpochMs;
  readonly dueAt: EpochMs;
  readonly state: RightsState;
  /** The law that was named; "": those that the shop keeps to. */
  readonly regime: string;
  readonly source: RightsSource;
  /** Since when it is known that the request is the person's own; by what. */
  readonly verifiedAt: EpochMs | null;
  readonly verifiedBy: string | null;
  readonly extendedAt: EpochMs | null;
  readonly closedAt: EpochMs | null;
  readonly erasureId: string | null;
  /** Of a denial. */
  readonly reason: string | null;
  readonly words: string | null;
  /** What was changed, in names of things and never their contents. */
  readonly detail: readonly string[] | null;
  readonly steps: readonly RightsStep[];
};

type Core = "requestId" | "shopId" | "kind" | "platform" | "personId" | "reference" | "at" | "dueAt" | "state";
/** What is not said of a new request is not so. */
export type NewRightsRequest = Pick<RightsRequest, Core> & Partial<Omit<RightsRequest, Core>> & { readonly openKey?: string | null };

export type RightsChange = Partial<
  Pick<
    RightsRequest,
    "state" | "dueAt" | "verifiedAt" | "verifiedBy" | "extendedAt" | "closedAt" | "erasureId" | "reason" | "words" | "detail" | "steps"
  >
>;

export type RightsQuery = {
  readonly states?: readonly RightsState[];
  readonly kinds?: readonly RightsRequestKind[];
  readonly personIds?: readonly PersonId[];
  readonly limit?: number;
  /** Those after this one, in order. */
  readonly after?: { readonly dueAt: EpochMs; readonly requestId: string };
};

/** Nothing of whoever is restricted is used. `learning`: the decision that stood before, as it was; null: there was none. */
export type Restriction = { readonly personId: PersonId; readonly requestId: string; readonly at: EpochMs; readonly learning: string | null };

export type RightsRequestStore = {
  /** False when that request is there already, or an open one with the same `openKey`. */
  add(request: NewRightsRequest): Promise<boolean>;
  get(shopId: ShopId, requestId: string): Promise<RightsRequest | null>;
  /** Of two open requests with one key there is one. */
  openWith(shopId: ShopId, openKey: string): Promise<RightsRequest | null>;
  /** The one due first, first. */
  list(shopId: ShopId, query?: RightsQuery): Promise<readonly RightsRequest[]>;
  /** False when it is not in the state `from` any more, or has gone on since `steps` were read. */
  change(request: Pick<RightsRequest, "shopId" | "requestId" | "state" | "steps">, change: RightsChange): Promise<boolean>;
  /** Of all shops, or one: what is open, with its clock. */
  openClocks(shopId?: ShopId): Promise<readonly Pick<RightsRequest, "shopId" | "requestId" | "kind" | "state" | "at" | "dueAt">[]>;
  tally(): Promise<ReadonlyMap<RightsState, number>>;

  restrict(shopId: ShopId, restriction: Restriction): Promise<void>;
  lift(shopId: ShopId, personIds: readonly PersonId[]): Promise<void>;
  restrictionsOf(shopId: ShopId, personIds: readonly PersonId[]): Promise<readonly Restriction[]>;
  /** Is anybody of the shop restricted at all? */
  anyRestricted(shopId: ShopId): Promise<boolean>;
};
