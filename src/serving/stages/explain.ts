import type { Reason, RecommendedItem } from "#domain/recommendation.ts";
import type { Answer, Stage } from "../answer.ts";

/** Reasons named one by one in a short explanation; the others are added up. */
const shortReasons = 6;

function reasonsOf(answer: Answer, position: number): Reason[] {
  const { itemId } = answer.snapshot.items[position]!;
  const contributions = answer.contributionsOf(itemId);
  const reasons = answer.terms.map(
    (term, index): Reason => ({
      kind: term.kind,
      item: term.itemId,
      event: term.event,
      at: term.at,
      label: null,
      contribution: contributions[index]!,
    }),
  );
  for (const part of answer.parts) {
    reasons.push({ kind: part.kind, item: null, event: null, at: null, label: part.label(position), contribution: part.values[position]! });
  }
  const telling = reasons.filter(({ contribution }) => contribution !== 0);
  return telling.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
}

function shortened(reasons: readonly Reason[]): Reason[] {
  if (reasons.length <= shortReasons + 1) return [...reasons];
  const rest = reasons.slice(shortReasons);
  const contribution = rest.reduce((sum, reason) => sum + reason.contribution, 0);
  const summed: Reason = { kind: "rest", item: null, event: null, at: null, label: `${rest.length} smaller reasons`, contribution };
  return [...reasons.slice(0, shortReasons), summed];
}

/** Explanations are arithmetic: the score told is the sum of the reasons told, in their order. */
export const explain: Stage = (answer) => {
  let personal = false;
  const items = answer.chosen.map((position): RecommendedItem => {
    const all = reasonsOf(answer, position);
    const told = answer.request.explain === "full" ? all : shortened(all);
    const score = told.reduce((sum, reason) => sum + reason.contribution, 0);
    personal ||= answer.rung === "person" && all.some(({ kind }) => kind === "event");
    return { itemId: answer.snapshot.items[position]!.itemId, score, reasons: answer.request.explain === "none" ? [] : told, propensity: 1 };
  });
  return { ...answer, items, personal };
};
