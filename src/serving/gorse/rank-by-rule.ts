import type { EpochMs } from "#domain/clock.ts";
import type { ItemId, ShopId } from "#domain/ids.ts";
import type { RecommendationRequest, Surface } from "#domain/recommendation.ts";
import { topK } from "#kernels/top-k.ts";
import type { History } from "#models/step.ts";
import { type Choices, noChoices } from "#privacy/preferences/choices.ts";
import type { Answer } from "../answer.ts";
import { questionOf } from "../question.ts";
import type { ShopSnapshot } from "../shop-snapshot.ts";
import { scoreItems } from "../stages/score-items.ts";
import { withhold } from "../stages/withhold.ts";
import { type SurfaceRule, surfaceRules } from "../surfaces.ts";
import { candidatesOf } from "./candidates-of.ts";
import type { ScoredItem, Wanted } from "./scored-item.ts";

export type Question = {
  readonly shopId: ShopId;
  readonly now: EpochMs;
  readonly snapshot: ShopSnapshot;
  readonly surface: Surface;
  /** Where it differs from the surface's own rule. */
  readonly rule?: Partial<SurfaceRule>;
  readonly steps?: History;
  readonly choices?: Choices;
  readonly pageItems?: readonly ItemId[];
};

/**
 * Ranks as the surface does, by the same stages, but as deep as is asked and by score alone: a list that a client pages through must not
 * change with the length of the page, which spreading categories would make it do.
 */
export function rankByRule(question: Question, wanted: Wanted): { readonly items: ScoredItem[]; readonly isPersonal: boolean } {
  const { shopId, now, snapshot, surface, steps = [], choices = noChoices, pageItems = [] } = question;
  const rule: SurfaceRule = { ...surfaceRules[surface], ...question.rule };
  const request: RecommendationRequest = {
    customerId: null,
    anonymousId: null,
    sessionId: null,
    surface,
    pageItems,
    basket: [],
    n: wanted.n,
    category: null,
    explain: "none",
    preview: true,
  };
  const asked = questionOf({ rule, request, steps, snapshot, choices });
  const answer: Answer = {
    shopId,
    now,
    request,
    rule,
    snapshot,
    person: null,
    level: "everything",
    choices,
    steps,
    ...asked,
    candidates: candidatesOf(snapshot, wanted),
    scores: new Float64Array(0),
    parts: [],
    contributionsOf: () => new Float64Array(0),
    contentOf: () => {},
    chosen: [],
    chosenScores: [],
    items: [],
    personal: false,
    notices: [],
  };
  const ranked = withhold(scoreItems(answer));
  const best = topK(ranked.scores, wanted.offset + wanted.n, { allowed: ranked.candidates, above: 0 });
  // The scores are the snapshot's scratch: what is wanted of them is taken before anybody else may ask.
  const items = [...best.subarray(wanted.offset)].map((position) => ({
    itemId: snapshot.items[position]!.itemId,
    score: ranked.scores[position]!,
  }));
  return { items, isPersonal: asked.rung === "person" };
}
