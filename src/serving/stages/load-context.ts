import type { EventType } from "#domain/event.ts";
import { eventWeight } from "#domain/event-weight.ts";
import { inOrder, stepsOf } from "#models/step.ts";
import type { Gate } from "#privacy/gate.ts";
import type { EventLog } from "#storage/ports.ts";
import type { Answer, Stage } from "../answer.ts";
import { questionOf } from "../question.ts";

/** Events of one person read for one answer: the latest. */
const maxHistoryEvents = 300;
const tellingTypes = (Object.keys(eventWeight) as EventType[]).filter((type) => eventWeight[type] !== 0);

/**
 * Who asks, and with what. The history is read only as the gate allows; without leave the answer is made from the page
 * alone, and nothing about the person is read at all.
 */
export function createLoadContext(deps: { readonly gate: Gate; readonly log: Pick<EventLog, "history"> }): Stage {
  return async function loadContext(answer) {
    const { request, rule, shopId } = answer;
    const usesPerson = rule.ladder.includes("person");
    const person = usesPerson || !request.preview ? await deps.gate.recognise(shopId, request) : null;
    const leave = usesPerson ? await deps.gate.allow(shopId, person, "personalize") : null;
    const history = leave === null ? [] : await deps.log.history(leave, { limit: maxHistoryEvents, types: tellingTypes });
    const notices = [...answer.notices];
    // The same words for a stranger and for somebody who said no: the answer must not tell them apart.
    if (usesPerson && leave === null && (request.customerId !== null || request.anonymousId !== null)) {
      notices.push({ code: "NO_CONSENT", detail: "nobody of that name allows personalization; this answer uses nothing about them" });
    }
    const unknown = [...request.pageItems, ...request.basket].filter((itemId) => !answer.snapshot.positionOf.has(itemId));
    if (unknown.length > 0) notices.push({ code: "ITEM_UNKNOWN", detail: `not in the catalogue and left out: ${unknown.slice(0, 5).join(", ")}` });
    const known = { ...answer, person, steps: inOrder(history.flatMap(stepsOf)), notices } satisfies Answer;
    return { ...known, ...questionOf(known) };
  };
}
