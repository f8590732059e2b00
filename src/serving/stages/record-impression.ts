import { isRefused } from "#domain/consent.ts";
import type { MessageId, RecommendationId } from "#domain/ids.ts";
import { ProblemError } from "#domain/problem.ts";
import { purposes } from "#domain/purpose.ts";
import type { Gate } from "#privacy/gate.ts";
import type { ConsentStore, EventLog } from "#storage/ports.ts";
import type { Answer } from "../answer.ts";

/**
 * What was shown, to whom, by which model and with which chance, for people who allow measuring. Of the others nothing
 * is kept: the answer is the same, its id leads nowhere. The customer does not wait for the disk: nobody told us this, and all that a
 * power cut can take of it is the count of what was shown in the last moments.
 */
export function createRecordImpression(deps: {
  readonly gate: Gate;
  readonly log: Pick<EventLog, "append">;
  readonly consents: Pick<ConsentStore, "current">;
}) {
  return async function recordImpression(
    answer: Answer,
    recommendationId: RecommendationId,
    model: { name: string; version: number },
  ): Promise<void> {
    const { shopId, request, person, now, items } = answer;
    if (request.preview || items.length === 0 || person === null) return;
    const leave = await deps.gate.allow(shopId, person, "measure");
    if (leave === null) return;
    const state = (await deps.consents.current(shopId, [person.personId])).get(person.personId);
    const [kind, externalId] =
      request.customerId !== null ? (["customer", request.customerId] as const) : (["anonymous", request.anonymousId!] as const);
    const written = deps.log.append(
      shopId,
      [
        {
          kind: "event",
          name: { personId: person.personId, kind, externalId },
          event: {
            messageId: `impression:${recommendationId}` as MessageId,
            type: "impression",
            name: `Recommendation Shown: ${request.surface}`,
            occurredAt: now,
            receivedAt: now,
            lines: items.map(({ itemId }) => ({ itemId, quantity: 1, unitPrice: null })),
            orderId: null,
            sessionId: request.sessionId,
            recommendationId,
            currency: null,
            refused: purposes.filter((purpose) => isRefused(state, purpose)),
            impression: {
              surface: request.surface,
              model: model.name,
              modelVersion: model.version,
              personalized: answer.personal,
              propensities: items.map(({ propensity }) => propensity),
            },
          },
        },
      ],
      { lazily: true },
    );
    written.catch((error: unknown) => {
      // A store that takes no more is no reason to keep the answer from the customer; it just cannot be measured.
      if (!(error instanceof ProblemError))
        process.emitWarning(`an impression was not recorded (${error instanceof Error ? error.name : "unknown"})`);
    });
  };
}
