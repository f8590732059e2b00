import type { DataUse } from "#domain/data-use.ts";
import type { ItemId } from "#domain/ids.ts";
import type { RecommendationRequest } from "#domain/recommendation.ts";
import { queryOf, queryOfItems } from "#models/query.ts";
import type { History } from "#models/step.ts";
import type { Answer, AskedTerm } from "./answer.ts";
import { askableSteps } from "./askable-steps.ts";
import type { ShopSnapshot } from "./shop-snapshot.ts";
import type { Rung, SurfaceRule } from "./surfaces.ts";

/** What the person's own past asks. */
function askedByPast(steps: History): AskedTerm[] {
  return queryOf(steps).map(({ step, ...term }) => ({ ...term, kind: "event", event: step.type }));
}

/** What the items of the page or of a basket ask: each counts the same. */
function askedByItems(itemIds: readonly ItemId[]): AskedTerm[] {
  return queryOfItems([...new Set(itemIds)]).map((term) => ({ ...term, kind: "item", event: null }));
}

/** The question: the first rung of the surface's ladder that has something to ask with. */
export function questionOf(answer: Pick<Answer, "rule" | "request" | "steps" | "snapshot" | "choices">): Pick<Answer, "rung" | "terms"> {
  const { rule, request } = answer;
  const questions: Record<Rung, () => AskedTerm[]> = {
    person: () => askedByPast(askableSteps(answer)),
    page: () => askedByItems(request.pageItems),
    basket: () => askedByItems(request.basket),
    nothing: () => [],
  };
  for (const rung of rule.ladder) {
    const terms = questions[rung]();
    if (terms.length > 0) return { rung, terms };
  }
  return { rung: "nothing", terms: [] };
}

/** What was used: the level in force where the past was asked with; where only a wish of theirs counted, the least that is personal. */
export function dataUseOf({ rung, level, personal }: Pick<Answer, "rung" | "level" | "personal">): DataUse {
  if (rung === "person") return level;
  if (personal) return "visit";
  return rung === "nothing" ? "nothing" : "page";
}

/** Does the request name what the surface cannot do without? "missing": nothing; "unknown": only what the catalogue does not have. */
export function lackOf(
  rule: SurfaceRule,
  { pageItems, basket }: RecommendationRequest,
  { positionOf }: Pick<ShopSnapshot, "positionOf">,
): "missing" | "unknown" | null {
  if (rule.requires === null) return null;
  const needed = rule.requires === "item" ? pageItems : basket;
  if (needed.length === 0) return "missing";
  return needed.some((itemId) => positionOf.has(itemId)) ? null : "unknown";
}
