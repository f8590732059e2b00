import { isUsableId } from "#domain/ids.ts";
import { safeReturnPath } from "../addresses.ts";
import { readRecommendationId } from "../basket.ts";
import { oneField } from "../form-fields.ts";
import { seeOther } from "../responses.ts";
import type { StorefrontResponse } from "../storefront-services.ts";
import { tellEngine, type Visit } from "../visit.ts";

/** "Not interested": said once, told to the engine, never argued with. */
export async function dismissItem(visit: Visit): Promise<StorefrontResponse> {
  const back = safeReturnPath(oneField(visit.request, "back"));
  const itemId = oneField(visit.request, "item");
  if (itemId === null || !isUsableId(itemId)) return seeOther(back);
  const recommendationId = readRecommendationId(oneField(visit.request, "rec"));
  await tellEngine(visit, "Recommendation Dismissed", {
    product_id: itemId,
    ...(recommendationId !== null && { recommendation_id: recommendationId }),
  });
  return seeOther(`${back}?note=dismissed`);
}
