import type { EpochMs } from "#domain/clock.ts";
import type { ItemId, ShopId } from "#domain/ids.ts";
import { paidPlacementOf } from "#domain/paid-placement.ts";
import { type DataUse, dataUses, type ReasonKind, type Surface, surfaces } from "#domain/recommendation.ts";
import type { ModelStore } from "#storage/ports.ts";
import type { Recommend } from "./recommend.ts";
import type { ShopSnapshot, ShopSnapshots } from "./shop-snapshot.ts";
import { type Rung, type SurfaceRule, surfaceRules } from "./surfaces.ts";
import { rulesInForce, type WhyRule } from "./why-rules.ts";

/** How much each kind of reason weighs in answers of a place: parts of 1, the largest first. */
export type RankingWeights = readonly { readonly kind: ReasonKind; readonly share: number }[];

export type RankedSurface = {
  readonly surface: Surface;
  readonly ladder: readonly Rung[];
  readonly usesPast: boolean;
  readonly model: string | null;
  readonly rules: readonly Omit<WhyRule, "fired">[];
  /** Measured, not set; null where the shop cannot answer without somebody's past, or has nothing to show. */
  readonly weights: RankingWeights | null;
};

/** How a shop ranks, read from what is in force at this moment. Nothing in it is of any person. */
export type RankingFacts = {
  readonly surfaces: readonly RankedSurface[];
  readonly models: readonly {
    readonly name: string;
    readonly version: number;
    readonly builtAt: EpochMs;
    readonly params: Readonly<Record<string, number | string>>;
  }[];
  readonly dial: readonly DataUse[];
  /** How many items on sale are labelled as paid for or pushed; their place is not changed by it. */
  readonly sponsoredItems: number;
  readonly boostedItems: number;
};

/** Asked about so many items, so much is read of each answer. */
export const probes = 8;
const probedPlaces = 10;

export type DescribeRanking = (shopId: ShopId, rules?: Readonly<Record<Surface, SurfaceRule>>) => Promise<RankingFacts>;

export function createDescribeRanking(deps: {
  readonly recommend: Recommend;
  readonly snapshots: ShopSnapshots;
  readonly models: Pick<ModelStore, "cards">;
}): DescribeRanking {
  const { recommend, snapshots, models } = deps;
  /** Measured once for each state of catalogue and models. */
  const measured = new WeakMap<ShopSnapshot, Promise<ReadonlyMap<Surface, RankingWeights>>>();

  /** The same items each time: the most popular ones on sale. */
  function probesOf({ items, sellable, popularityShares }: ShopSnapshot): ItemId[] {
    const popularity = popularityShares.values().next().value;
    const positions = items.flatMap((_, position) => (sellable[position] === 1 ? [position] : []));
    const best = positions.sort((a, b) => (popularity?.[b] ?? 0) - (popularity?.[a] ?? 0) || a - b);
    return best.slice(0, probes).map((position) => items[position]!.itemId);
  }

  /** Nobody is named: an item that is looked at asks as an item does that was bought. */
  async function weigh(shopId: ShopId, surface: Surface, itemIds: readonly ItemId[]): Promise<RankingWeights | null> {
    const sums = new Map<ReasonKind, number>();
    for (const itemId of itemIds) {
      const names = { customerId: null, anonymousId: null, sessionId: null };
      const place = { pageItems: [itemId], basket: [itemId], category: null };
      const answer = await recommend(shopId, { ...names, ...place, surface, n: probedPlaces, explain: "full", preview: true });
      if (!answer.ok) continue;
      for (const { reasons } of answer.value.items)
        for (const { kind, contribution } of reasons) sums.set(kind, (sums.get(kind) ?? 0) + Math.abs(contribution));
    }
    const whole = [...sums.values()].reduce((sum, one) => sum + one, 0);
    if (whole === 0) return null;
    return [...sums].map(([kind, sum]) => ({ kind, share: sum / whole })).sort((a, b) => b.share - a.share || (a.kind < b.kind ? -1 : 1));
  }

  async function measure(shopId: ShopId, snapshot: ShopSnapshot): Promise<ReadonlyMap<Surface, RankingWeights>> {
    const itemIds = probesOf(snapshot);
    const weights = new Map<Surface, RankingWeights>();
    for (const surface of surfaces) {
      const of = await weigh(shopId, surface, itemIds);
      if (of !== null) weights.set(surface, of);
    }
    return weights;
  }

  return async (shopId, rules = surfaceRules) => {
    const snapshot = await snapshots.of(shopId);
    let measuring = measured.get(snapshot);
    if (measuring === undefined) {
      measuring = measure(shopId, snapshot);
      measured.set(snapshot, measuring);
      measuring.catch(() => measured.delete(snapshot));
    }
    const [weights, cards] = await Promise.all([measuring, models.cards(shopId)]);
    const paid = snapshot.items.filter((_, position) => snapshot.sellable[position] === 1).map(paidPlacementOf);
    return {
      surfaces: surfaces.map((surface) => {
        const rule = rules[surface];
        return {
          surface,
          ladder: rule.ladder,
          usesPast: rule.ladder.includes("person"),
          model: rule.model,
          rules: rulesInForce(rule),
          weights: weights.get(surface) ?? null,
        };
      }),
      models: cards
        .map(({ name, version, builtAt, card }) => ({ name, version, builtAt, params: paramsOf(card) }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      dial: dataUses,
      sponsoredItems: paid.filter(({ sponsored }) => sponsored).length,
      boostedItems: paid.filter(({ boosted }) => boosted).length,
    };
  };
}

/** Of a model card what sets the ranking; how many customers the shop has is its own business. */
function paramsOf(card: unknown): Readonly<Record<string, number | string>> {
  const params = typeof card === "object" && card !== null && "params" in card ? card.params : null;
  if (typeof params !== "object" || params === null) return {};
  return Object.fromEntries(Object.entries(params).filter(([, value]) => typeof value === "number" || typeof value === "string"));
}
