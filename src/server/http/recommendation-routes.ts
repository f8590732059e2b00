import { type ItemId, isUsableId, type SessionId } from "#domain/ids.ts";
import { paidPlacementOf } from "#domain/paid-placement.ts";
import { ProblemError } from "#domain/problem.ts";
import { type Reason, type RecommendationRequest, surfaces } from "#domain/recommendation.ts";
import { errorReplies } from "../contract/errors.ts";
import { type RecommendationsBody, recommendationsBody, recommendationsReply } from "../contract/recommendations.ts";
import { itemIdOf, personNameOf, requireUsableIds } from "./decode-fields.ts";
import { gpcOf } from "./gpc.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const defaultItems = 10;

export function decodeRequest(body: RecommendationsBody, gpc: boolean): RecommendationRequest {
  const surface = surfaces.find((one) => one === body.surface);
  if (surface === undefined) throw new ProblemError({ code: "SURFACE_UNKNOWN", detail: `surface ${JSON.stringify(body.surface).slice(0, 50)}` });
  const names = personNameOf(body.customerId, body.anonymousId);
  const sessionId = body.sessionId === undefined || body.sessionId === null ? null : String(body.sessionId);
  requireUsableIds({ ...names, sessionId });
  const pageItems = [...(body.item === undefined || body.item === null ? [] : [body.item]), ...(body.items ?? [])].map(itemIdOf);
  const basket = (body.basket ?? []).map(itemIdOf);
  requireUsableIds({ item: pageItems.find((itemId) => !isUsableId(itemId)), basket: basket.find((itemId) => !isUsableId(itemId)) });
  const explain = body.explain === false || body.explain === "none" ? "none" : body.explain === "full" ? "full" : "short";
  return {
    ...names,
    sessionId: sessionId as SessionId | null,
    surface,
    pageItems,
    basket,
    n: body.n ?? defaultItems,
    category: body.context?.category ?? null,
    explain,
    preview: body.preview === true,
    dataUse: body.dataUse ?? null,
    gpc,
  };
}

const [toNothing, alwaysNothing] = [{ dataUse: "nothing" }, { method: "PUT", path: "/v1/preferences", body: { dataUse: "nothing" } }];

const toWire = ({ kind, item, event, at, label, contribution, withoutIt }: Reason) => ({
  kind,
  ...(item === null ? {} : { item }),
  ...(event === null ? {} : { event }),
  ...(at === null ? {} : { at: new Date(at).toISOString() }),
  ...(label === null ? {} : { label }),
  contribution,
  ...(withoutIt === null ? {} : { withoutIt }),
});

/** `POST /v1/recommendations` */
export function addRecommendationRoutes(app: App, { house, checkKey, measures }: RouteDeps): void {
  app.post(
    "/v1/recommendations",
    {
      preHandler: checkKey("server"),
      schema: {
        tags: ["Recommendations"],
        summary: "What to show, and why",
        description: "Without consent for personalize the answer uses the page alone. The contributions of an item's reasons add up to its score.",
        body: recommendationsBody,
        response: { 200: recommendationsReply, ...errorReplies },
      },
    },
    async (request) => {
      const start = performance.now();
      const result = await house.recommend(request.shop.shopId, decodeRequest(request.body, gpcOf(request)));
      if (!result.ok) throw new ProblemError(result.problem);
      const { recommendationId, surface, personalized, dataUse, nothingUsed, model, items, notices } = result.value;
      measures.countRecommendation(surface, personalized);
      const { items: shelf, positionOf } = await house.snapshots.of(request.shop.shopId);
      const paidOf = (itemId: ItemId) => {
        const item = shelf[positionOf.get(itemId) ?? -1];
        const paid = item === undefined ? null : paidPlacementOf(item);
        return paid?.sponsored === true || paid?.boosted === true ? { paid } : {};
      };
      return {
        recommendationId,
        surface,
        personalized,
        dataUse,
        notPersonalized: { active: nothingUsed, request: toNothing, always: alwaysNothing },
        model,
        items: items.map(({ itemId, score, reasons }) => ({ id: itemId, score, reasons: reasons.map(toWire), ...paidOf(itemId) })),
        notices: [...notices],
        took: Math.round((performance.now() - start) * 100) / 100,
      };
    },
  );
}
