import { lowestOf } from "#domain/data-use.ts";
import type { EventType } from "#domain/event.ts";
import { eventWeight } from "#domain/event-weight.ts";
import type { PersonName } from "#domain/person.ts";
import type { RecommendationNotice } from "#domain/recommendation.ts";
import { inOrder, stepsOf } from "#models/step.ts";
import type { Gate, Usable } from "#privacy/gate.ts";
import type { LevelCause } from "#privacy/preferences/decide-level.ts";
import type { EventLog } from "#storage/ports.ts";
import type { Answer, Stage } from "../answer.ts";
import { questionOf } from "../question.ts";

/** Events of one person read for one answer: the latest. */
const maxHistoryEvents = 300;
const tellingTypes = (Object.keys(eventWeight) as EventType[]).filter((type) => eventWeight[type] !== 0);

const none = new Set<never>();

/** Why less than everything is used, where the request did not itself say so. */
const causes: Readonly<Record<Exclude<LevelCause, "request">, string>> = {
  choice: "that is what the person chose",
  paused: "the person has paused personalization",
  restricted: "the use of this person's data is restricted",
  gpc: "the browser sends Global Privacy Control",
  adapted: "the person has refused, corrected or paused much, so less is used until they choose",
};

const isNamed = ({ customerId, anonymousId }: PersonName) => customerId !== null || anonymousId !== null;

function noticesOf({ request, rule, notices }: Answer, { level, cause, leave }: Usable): RecommendationNotice[] {
  const usesPerson = rule.ladder.includes("person");
  // The same words for a stranger and for somebody who said no: the answer must not tell them apart.
  if (usesPerson && isNamed(request) && leave === null && cause === null)
    return [...notices, { code: "NO_CONSENT", detail: "nobody of that name allows personalization; this answer uses nothing about them" }];
  if (cause === null || cause === "request" || !(usesPerson || level === "nothing")) return [...notices];
  return [...notices, { code: "DATA_USE", detail: `at most "${level}" is used: ${causes[cause]}` }];
}

/**
 * Who asks, and with what. The history is read only as the gate allows, and only as much of it as the dial names; without leave
 * the answer is made from the page alone, and nothing about the person is read but what they chose. Where nothing is to be used, the
 * page is not looked at either.
 */
export function createLoadContext(deps: { readonly gate: Gate; readonly log: Pick<EventLog, "history"> }): Stage {
  return async function loadContext(answer) {
    const { rule, shopId } = answer;
    const person = isNamed(answer.request) ? await deps.gate.recognise(shopId, answer.request) : null;
    const { sessionId, dataUse, gpc } = answer.request;
    const atMost = lowestOf([dataUse ?? "everything", rule.ladder.includes("person") ? "everything" : "page"]);
    const usable = await deps.gate.usable(shopId, person, { sessionId, atMost, gpc: gpc === true });
    const { level, leave } = usable;
    const choices = leave === null ? { ...usable.choices, moreItems: none, moreCategories: none, moreBrands: none } : usable.choices;
    const history = leave === null ? [] : await deps.log.history(leave, { limit: maxHistoryEvents, types: tellingTypes });
    const request = level === "nothing" ? { ...answer.request, pageItems: [], basket: [] } : answer.request;
    const notices = noticesOf(answer, usable);
    const unknown = [...request.pageItems, ...request.basket].filter((itemId) => !answer.snapshot.positionOf.has(itemId));
    if (unknown.length > 0) notices.push({ code: "ITEM_UNKNOWN", detail: `not in the catalogue and left out: ${unknown.slice(0, 5).join(", ")}` });
    const known = { ...answer, request, person, level, choices, steps: inOrder(history.flatMap(stepsOf)), notices } satisfies Answer;
    return { ...known, ...questionOf(known) };
  };
}
