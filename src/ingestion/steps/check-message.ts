import { earliestEventMs, futureToleranceMs } from "#domain/clock.ts";
import { isUsableId } from "#domain/ids.ts";
import type { Problem } from "#domain/problem.ts";
import { changeOpen, type Step } from "../draft.ts";
import type { IncomingMessage } from "../message.ts";

/** Most items one event may name; a real order stays far below. */
const maxLines = 2000;
const maxQuantity = 1e6;

function problemOf({ names, event }: IncomingMessage, receivedAt: number): Problem | null {
  if (names.customerId === null && names.anonymousId === null) return { code: "PERSON_MISSING", detail: "userId or anonymousId" };
  const { messageId, orderId, sessionId, recommendationId } = event;
  const ids = {
    userId: names.customerId,
    anonymousId: names.anonymousId,
    messageId,
    order_id: orderId,
    sessionId,
    recommendation_id: recommendationId,
  };
  for (const [field, value] of Object.entries(ids)) {
    if (value !== null && !isUsableId(value)) return { code: "ID_INVALID", detail: field };
  }
  if (!Number.isFinite(event.occurredAt)) return { code: "EVENT_TIME_INVALID", detail: "timestamp" };
  if (event.occurredAt > receivedAt + futureToleranceMs) return { code: "EVENT_TIME_FUTURE", detail: "timestamp" };
  if (event.occurredAt < earliestEventMs) return { code: "EVENT_TIME_PAST", detail: "timestamp" };
  if (event.lines.length > maxLines) return { code: "EVENT_TOO_LARGE", detail: `more than ${maxLines} products` };
  for (const [index, line] of event.lines.entries()) {
    if (!isUsableId(line.itemId)) return { code: "ID_INVALID", detail: `products[${index}].product_id` };
    if (!(line.quantity > 0 && line.quantity <= maxQuantity)) return { code: "EVENT_INVALID", detail: `products[${index}].quantity` };
    if (line.unitPrice !== null && !(line.unitPrice >= 0)) return { code: "EVENT_INVALID", detail: `products[${index}].price` };
  }
  return null;
}

/** What cannot be true is put aside, with the field that says so, before anything is looked up or stored. */
export const checkMessage: Step = async (batch) =>
  changeOpen(batch, (draft) => {
    const problem = problemOf(draft.message, batch.receivedAt);
    return problem === null ? draft : { ...draft, outcome: { kind: "dead-letter", problem } };
  });
