import type { Clock, FreshId } from "#domain/clock.ts";
import type { RecommendationId, ShopId } from "#domain/ids.ts";
import { ProblemError, type Result, refuse, succeed } from "#domain/problem.ts";
import type { Recommendation, RecommendationRequest } from "#domain/recommendation.ts";
import type { Gate } from "#privacy/gate.ts";
import { noChoices } from "#privacy/preferences/choices.ts";
import type { Store } from "#storage/ports.ts";
import type { Answer, Stage } from "./answer.ts";
import { dataUseOf, lackOf } from "./question.ts";
import type { ShopSnapshots } from "./shop-snapshot.ts";
import { checkCauses } from "./stages/check-causes.ts";
import { explain } from "./stages/explain.ts";
import { createLoadContext } from "./stages/load-context.ts";
import { rank } from "./stages/rank.ts";
import { createRecordImpression } from "./stages/record-impression.ts";
import { surfaceRules } from "./surfaces.ts";

export type Recommend = (shopId: ShopId, request: RecommendationRequest) => Promise<Result<Recommendation>>;

/** Most items in one answer. */
export const maxItems = 100;

/**
 * The life of a recommendation, top to bottom. Refuses with N_OUT_OF_RANGE, ITEM_REQUIRED or ITEM_UNKNOWN; a person who
 * is unknown or allows nothing is no error but an answer that is not personal.
 */
export function createRecommend(deps: {
  readonly store: Pick<Store, "log" | "consents">;
  readonly gate: Gate;
  readonly snapshots: ShopSnapshots;
  readonly clock: Clock;
  readonly freshId: FreshId;
}): Recommend {
  const { store, gate, snapshots, clock, freshId } = deps;
  const stages: readonly Stage[] = [createLoadContext({ gate, log: store.log }), rank, explain, checkCauses];
  const recordImpression = createRecordImpression({ gate, log: store.log, consents: store.consents });

  return async (shopId, request) => {
    const rule = surfaceRules[request.surface];
    if (!Number.isInteger(request.n) || request.n < 1 || request.n > maxItems)
      return refuse("N_OUT_OF_RANGE", `n = ${request.n}, not 1 to ${maxItems}`);
    const snapshot = await snapshots.of(shopId);
    const lack = lackOf(rule, request, snapshot);
    if (lack === "missing") return refuse("ITEM_REQUIRED", `${rule.requires}, for the surface ${request.surface}`);
    if (lack === "unknown") return refuse("ITEM_UNKNOWN", (rule.requires === "item" ? request.pageItems : request.basket)[0]!);

    let answer: Answer = {
      shopId,
      now: clock(),
      request,
      rule,
      snapshot,
      person: null,
      level: "nothing",
      choices: noChoices,
      steps: [],
      rung: "nothing",
      terms: [],
      candidates: new Uint8Array(0),
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
    for (const stage of stages) answer = await stage(answer);
    const recommendationId = freshId() as RecommendationId;
    const served = rule.model === null ? undefined : snapshot.models[rule.model];
    const model = { name: rule.model ?? request.surface, version: served?.version ?? 0 };
    try {
      await recordImpression(answer, recommendationId, model);
    } catch (error) {
      // A store that takes no more is no reason to keep the answer from the customer; it just cannot be measured.
      if (!(error instanceof ProblemError)) throw error;
    }
    return succeed({
      recommendationId,
      surface: request.surface,
      personalized: answer.personal,
      dataUse: dataUseOf(answer),
      nothingUsed: answer.level === "nothing",
      model,
      items: answer.items,
      notices: answer.notices,
    });
  };
}
