import type { EventType, LoggedEvent } from "#domain/event.ts";
import { eventWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import { queryOf, queryOfItems } from "#models/query.ts";
import { stepsOf } from "#models/step.ts";
import type { Gate } from "#privacy/gate.ts";
import type { EventLog } from "#storage/ports.ts";
import type { Answer, AskedTerm, Stage } from "../answer.ts";
import type { Rung } from "../surfaces.ts";

/** Events of one person read for one answer: the latest. */
const maxHistoryEvents = 300;
const tellingTypes = (Object.keys(eventWeight) as EventType[]).filter((type) => eventWeight[type] !== 0);

/** What the person's own past asks. */
function askedByPast(history: readonly LoggedEvent[]): AskedTerm[] {
  return queryOf(history.flatMap(stepsOf)).map(({ step, ...term }) => ({ ...term, kind: "event", event: step.type }));
}

/** What the items of the page or of a basket ask: each counts the same. */
function askedByItems(itemIds: readonly ItemId[]): AskedTerm[] {
  return queryOfItems([...new Set(itemIds)]).map((term) => ({ ...term, kind: "item", event: null }));
}

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

    const questions: Record<Rung, () => AskedTerm[]> = {
      person: () => askedByPast(history),
      page: () => askedByItems(request.pageItems),
      basket: () => askedByItems(request.basket),
      nothing: () => [],
    };
    for (const rung of rule.ladder) {
      const terms = questions[rung]();
      if (terms.length > 0 || rung === "nothing") return { ...answer, person, history, rung, terms, notices } satisfies Answer;
    }
    return { ...answer, person, history, rung: "nothing", terms: [], notices };
  };
}
