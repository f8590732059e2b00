import type { ItemId } from "#domain/ids.ts";
import type { Reason } from "#domain/recommendation.ts";
import type { Answer, PureStage } from "../answer.ts";
import { lackOf, questionOf } from "../question.ts";
import { rank } from "./rank.ts";

/** A short explanation is checked while that is quick: so many items ranked again, at most. */
const maxRerankedItems = 200_000;

type Cause = Reason & { readonly item: ItemId };

/** The largest reason told that speaks for the item and names an event or an item of the page. */
function causeAmong(reasons: readonly Reason[]): Cause | null {
  const named = reasons.filter((reason): reason is Cause => reason.item !== null && reason.contribution > 0);
  return named.reduce<Cause | null>((largest, one) => (largest === null || one.contribution > largest.contribution ? one : largest), null);
}

/** The same request, had it not been for that item: none of its events, or not on the page. Null where nothing could be asked. */
function without(answer: Answer, { kind, item }: Cause): Answer | null {
  const isOther = (itemId: ItemId) => itemId !== item;
  const lacking =
    kind === "event"
      ? { ...answer, steps: answer.steps.filter(({ itemId }) => isOther(itemId)) }
      : {
          ...answer,
          request: { ...answer.request, pageItems: answer.request.pageItems.filter(isOther), basket: answer.request.basket.filter(isOther) },
        };
  return lackOf(lacking.rule, lacking.request, lacking.snapshot) === null ? { ...lacking, ...questionOf(lacking) } : null;
}

/**
 * A contribution is a part of a score; whether an item would be missing without it is another question, and is answered
 * only by ranking everything again without it. What was bought and is now withheld may come back, ages shift, another
 * rung may answer: all of that is in the new ranking.
 */
export const checkCauses: PureStage = (answer) => {
  const causes = answer.items.map(({ reasons }) => causeAmong(reasons));
  const distinct = new Map(causes.flatMap((cause) => (cause === null ? [] : [[`${cause.kind} ${cause.item}`, cause] as const])));
  if (answer.request.explain !== "full" && distinct.size * answer.snapshot.items.length > maxRerankedItems) return answer;
  const shownWithout = new Map<string, ReadonlySet<number>>();
  for (const [key, cause] of distinct) {
    const lacking = without(answer, cause);
    if (lacking !== null) shownWithout.set(key, new Set(rank(lacking).chosen));
  }
  const items = answer.items.map((item, place) => {
    const cause = causes[place]!;
    const shown = cause === null ? undefined : shownWithout.get(`${cause.kind} ${cause.item}`);
    if (shown === undefined) return item;
    const withoutIt = shown.has(answer.chosen[place]!) ? ("stays" as const) : ("gone" as const);
    return { ...item, reasons: item.reasons.map((reason) => (reason === cause ? { ...reason, withoutIt } : reason)) };
  });
  return { ...answer, items };
};
