import type { Reason, RecommendedItem } from "#domain/recommendation.ts";
import type { Answer, PureStage } from "../answer.ts";

/** Reasons named one by one in a short explanation; the others are added up. */
const shortReasons = 6;

const unnamed = { item: null, event: null, at: null, withoutIt: null } as const;

/**
 * What each event or item of the page adds beyond what the catalogue says; then what the catalogue says, added up by
 * what it says ("category: Lamps"), and what belongs to no term.
 */
function reasonsOf(answer: Answer, position: number, contributions: Float64Array): Reason[] {
  const behaviour = contributions.slice();
  const labelled = new Map<Reason["kind"], Map<string, number>>();
  const addLabelled = (kind: Reason["kind"], label: string, contribution: number) => {
    const ofKind = labelled.get(kind);
    if (ofKind === undefined) labelled.set(kind, new Map([[label, contribution]]));
    else ofKind.set(label, (ofKind.get(label) ?? 0) + contribution);
  };
  answer.contentOf(answer.snapshot.items[position]!.itemId, (term, feature, contribution) => {
    behaviour[term]! -= contribution;
    addLabelled("content", feature, contribution);
  });
  for (const part of answer.parts) addLabelled(part.kind, part.label(position), part.valueAt(position));
  const reasons: Reason[] = [];
  for (const [term, { kind, itemId, event, at }] of answer.terms.entries()) {
    const contribution = behaviour[term]!;
    if (contribution !== 0) reasons.push({ kind, item: itemId, event, at, label: null, contribution, withoutIt: null });
  }
  for (const [kind, ofKind] of labelled)
    for (const [label, contribution] of ofKind) if (contribution !== 0) reasons.push({ ...unnamed, kind, label, contribution });
  return reasons.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
}

function shortened(reasons: readonly Reason[]): Reason[] {
  if (reasons.length <= shortReasons + 1) return [...reasons];
  const rest = reasons.slice(shortReasons);
  const contribution = rest.reduce((sum, reason) => sum + reason.contribution, 0);
  return [...reasons.slice(0, shortReasons), { ...unnamed, kind: "rest", label: `${rest.length} smaller reasons`, contribution }];
}

/** Explanations are arithmetic: the score is the sum of the reasons told. */
export const explain: PureStage = (answer) => {
  const { request, snapshot, rung } = answer;
  let personal = false;
  const items = answer.chosen.map((position, place): RecommendedItem => {
    const { itemId } = snapshot.items[position]!;
    const shown = { itemId, score: answer.chosenScores[place]!, propensity: 1 };
    personal ||= answer.parts.some(({ kind, valueAt }) => kind === "choice" && valueAt(position) !== 0);
    if (request.explain === "none" && (personal || rung !== "person")) return { ...shown, reasons: [] };
    const contributions = answer.contributionsOf(itemId);
    personal ||= rung === "person" && contributions.some((contribution) => contribution !== 0);
    if (request.explain === "none") return { ...shown, reasons: [] };
    const all = reasonsOf(answer, position, contributions);
    return { ...shown, reasons: request.explain === "full" ? all : shortened(all) };
  });
  return { ...answer, items, personal };
};
