import { createHash } from "node:crypto";
import type { EventType } from "#domain/event.ts";
import type { MessageId, OrderId, RecommendationId } from "#domain/ids.ts";
import { type PersonName, underName } from "#domain/person.ts";
import { ProblemError } from "#domain/problem.ts";
import { errorReplies } from "../contract/errors.ts";
import { type OutcomesBody, outcomesBody } from "../contract/outcomes.ts";
import { ingestReply } from "../contract/segment.ts";
import { itemIdOf, personNameOf, timeOf } from "./decode-fields.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const typeOf = { clicked: "click", added: "cart-add", bought: "purchase", dismissed: "dismiss" } as const satisfies Record<string, EventType>;

/** The same outcome of the same item is one message, however often it is sent; hashed, because ids may be long. */
function messageIdOf(recommendationId: RecommendationId, { item, outcome, orderId }: OutcomesBody): string {
  return `outcome:${createHash("sha256")
    .update(JSON.stringify([recommendationId, item, outcome, orderId]))
    .digest("base64url")}`;
}

/** `POST /v1/outcomes`: what came of a recommendation, for shops that do not send Segment events. */
export function addOutcomeRoutes(app: App, { house, checkKey, measures, learning }: RouteDeps): void {
  app.post(
    "/v1/outcomes",
    {
      preHandler: checkKey("write"),
      schema: { tags: ["Recommendations"], summary: "What came of it", body: outcomesBody, response: { 200: ingestReply, ...errorReplies } },
    },
    async (request) => {
      const { shopId } = request.shop;
      const { body } = request;
      const recommendationId = body.recommendationId as RecommendationId;
      const shown = await house.store.log.recommendationOf(shopId, recommendationId);
      const given = personNameOf(body.customerId, body.anonymousId);
      const named = given.customerId !== null || given.anonymousId !== null;
      let names: PersonName = given;
      if (!named) {
        const name = shown === null ? null : await house.store.identities.nameOf(shopId, shown.personId);
        if (name === null) throw new ProblemError({ code: "RECOMMENDATION_UNKNOWN", detail: "recommendationId" });
        names = underName(name);
      }
      if (shown !== null && !shown.itemIds.includes(itemIdOf(body.item)))
        throw new ProblemError({ code: "ITEM_UNKNOWN", detail: "item was not part of that recommendation" });
      const occurredAt = body.timestamp === undefined ? house.clock() : timeOf(body.timestamp);
      if (occurredAt === null) throw new ProblemError({ code: "EVENT_TIME_INVALID", detail: "timestamp" });
      const outcomes = await house.ingest(shopId, [
        {
          names,
          event: {
            messageId: (body.messageId ?? messageIdOf(recommendationId, body)) as MessageId,
            type: typeOf[body.outcome],
            name: `Recommendation ${body.outcome}`,
            occurredAt,
            lines: [{ itemId: itemIdOf(body.item), quantity: body.quantity ?? 1, unitPrice: body.price ?? null }],
            orderId: (body.orderId ?? null) as OrderId | null,
            sessionId: null,
            recommendationId: shown === null ? null : recommendationId,
            currency: null,
          },
          seenItems: [],
          linksNames: false,
          stampedConsent: null,
          basis: "consent",
        },
      ]);
      const outcome = outcomes[0]!;
      if (outcome.kind === "dead-letter") throw new ProblemError(outcome.problem);
      measures.countEvent(outcome.kind === "ok" ? "ok" : outcome.reason);
      if (outcome.kind === "ok") learning.poke();
      return {
        success: true,
        accepted: outcome.kind === "ok" ? 1 : 0,
        dropped: outcome.kind === "drop" ? { [outcome.reason]: 1 } : {},
        rejected: [],
      };
    },
  );
}
