import type { Clock, EpochMs } from "#domain/clock.ts";
import type { ItemId, ShopId } from "#domain/ids.ts";
import { type PaidPlacement, paidPlacementOf } from "#domain/paid-placement.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import type { DataUse, Recommendation, RecommendationRequest, Surface } from "#domain/recommendation.ts";
import type { ModelStore } from "#storage/ports.ts";
import { maxItems, type Recommend } from "./recommend.ts";
import type { ShopSnapshot, ShopSnapshots } from "./shop-snapshot.ts";
import { surfaceRules } from "./surfaces.ts";
import { factorsOf, type WhyFactor } from "./why-factors.ts";
import { rulesOf, type WhyRule } from "./why-rules.ts";

/** Why one item is where it is: all that is known, for whoever words it to say as much as was asked for. */
export type Why = {
  readonly itemId: ItemId;
  readonly surface: Surface;
  /** Is it in the answer to this very request? */
  readonly shown: boolean;
  /** 1 the first; null where it is not shown. */
  readonly place: number | null;
  /** Null where nothing speaks for the item here, so that it has no score. */
  readonly score: number | null;
  readonly personalized: boolean;
  readonly dataUse: DataUse;
  /** The largest first; they add up to the score to the last bit. */
  readonly factors: readonly WhyFactor[];
  readonly rules: readonly WhyRule[];
  readonly paid: PaidPlacement;
  readonly model: { readonly name: string; readonly version: number; readonly builtAt: EpochMs | null };
  readonly propensity: number | null;
  /** Nothing is tried out on anybody yet. */
  readonly experiment: null;
};

export type ExplainWhy = {
  /** Asks the same again and says why the item is in the answer, or that it is not. Refuses as `recommend` does, and with ITEM_UNKNOWN. */
  ofItem(shopId: ShopId, request: RecommendationRequest, itemId: ItemId): Promise<Result<Why>>;
  /** Says it of each item of an answer that was given with reasons. */
  ofAnswer(shopId: ShopId, request: RecommendationRequest, recommendation: Recommendation): Promise<readonly Why[]>;
};

export function createExplainWhy(deps: {
  readonly recommend: Recommend;
  readonly snapshots: ShopSnapshots;
  readonly models: Pick<ModelStore, "cards">;
  readonly clock: Clock;
}): ExplainWhy {
  const { recommend, snapshots, models, clock } = deps;

  const builtAtOf = async (shopId: ShopId, { name, version }: Recommendation["model"]) =>
    (await models.cards(shopId)).find((card) => card.name === name && card.version === version)?.builtAt ?? null;

  function whyAt(
    place: number,
    {
      request,
      recommendation,
      snapshot,
      builtAt,
    }: { request: RecommendationRequest; recommendation: Recommendation; snapshot: ShopSnapshot; builtAt: EpochMs | null },
  ): Why {
    const { itemId, score, reasons, propensity } = recommendation.items[place]!;
    const item = snapshot.items[snapshot.positionOf.get(itemId) ?? -1];
    const factors = factorsOf(reasons, {
      itemId,
      isNamed: request.customerId !== null || request.anonymousId !== null,
      askedAt: clock(),
      itemChangedAt: item?.updatedAt ?? null,
      modelBuiltAt: builtAt,
    });
    return {
      itemId,
      surface: recommendation.surface,
      shown: true,
      place: place + 1,
      score,
      // Of the whole answer: an item may owe nothing to the past in an answer that does.
      personalized: factors.some(({ kind }) => kind === "event"),
      dataUse: recommendation.dataUse,
      factors,
      rules: rulesOf(surfaceRules[recommendation.surface], factors, { recommendation, place, asked: request.n, snapshot }),
      paid: item === undefined ? { sponsored: false, boosted: false, by: null } : paidPlacementOf(item),
      model: { ...recommendation.model, builtAt },
      propensity,
      experiment: null,
    };
  }

  async function ask(shopId: ShopId, request: RecommendationRequest, itemId: ItemId) {
    const result = await recommend(shopId, { ...request, explain: "full", preview: true });
    if (!result.ok) return result;
    return succeed({ recommendation: result.value, place: result.value.items.findIndex((one) => one.itemId === itemId) });
  }

  return {
    async ofItem(shopId, request, itemId) {
      const first = await ask(shopId, request, itemId);
      if (!first.ok) return first;
      const snapshot = await snapshots.of(shopId);
      const item = snapshot.items[snapshot.positionOf.get(itemId) ?? -1];
      if (item === undefined) return refuse("ITEM_UNKNOWN", "itemId");
      const isShown = first.value.place >= 0;
      const wider = isShown || request.n === maxItems ? first : await ask(shopId, { ...request, n: maxItems }, itemId);
      const { recommendation, place } = wider.ok ? wider.value : first.value;
      const builtAt = await builtAtOf(shopId, recommendation.model);
      if (place >= 0) {
        const why = whyAt(place, { request, recommendation, snapshot, builtAt });
        if (isShown) return succeed(why);
        // What was re-scored was another answer than the one in question: of that one nothing is claimed.
        return succeed({
          ...why,
          shown: false,
          place: null,
          propensity: null,
          factors: why.factors.map((factor) => ({ ...factor, withoutIt: null })),
        });
      }
      return succeed({
        itemId,
        surface: request.surface,
        shown: false,
        place: null,
        score: null,
        personalized: false,
        dataUse: recommendation.dataUse,
        factors: [],
        rules: [],
        paid: paidPlacementOf(item),
        model: { ...recommendation.model, builtAt },
        propensity: null,
        experiment: null,
      });
    },

    async ofAnswer(shopId, request, recommendation) {
      const snapshot = await snapshots.of(shopId);
      const builtAt = await builtAtOf(shopId, recommendation.model);
      return recommendation.items.map((_, place) => whyAt(place, { request, recommendation, snapshot, builtAt }));
    },
  };
}
