import { dayMs } from "#domain/clock.ts";
import { eventWeight, fullWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import type { Surface } from "#domain/recommendation.ts";
import { onGrid } from "#models/linear/exact-sum.ts";
import type { Answer, AskedTerm, PureStage, ScorePart } from "../answer.ts";
import { askableSteps } from "../askable-steps.ts";
import { traitKey } from "../traits.ts";

type Scored = Pick<Answer, "terms" | "scores" | "parts" | "contributionsOf" | "contentOf">;

const newForDays = 60;
/** After so many days a past purchase speaks half as loudly for buying the same again. */
const reorderHalfLifeDays = 60;

const popularInShop = "popular in the shop";
/** Where the model is asked nothing, all it says of an item is one reason. */
const wholeLabels: Readonly<Partial<Record<Surface, string>>> = { popular: popularInShop, trending: "rising this week" };

/** Nothing is said of any item but the shares that the surface adds. */
function startOf({ snapshot, rule, terms }: Answer): Scored {
  const popularity = snapshot.popularityShares.get(rule.popularityShare);
  const scores = snapshot.scratch;
  if (popularity === undefined) scores.fill(0);
  else scores.set(popularity);
  return {
    terms,
    scores,
    parts: popularity === undefined ? [] : [{ kind: "popularity", label: () => popularInShop, valueAt: (position) => popularity[position]! }],
    contributionsOf: () => new Float64Array(terms.length),
    contentOf: () => {},
  };
}

/** Adds what the model says. */
function askModel(answer: Answer, start: Scored): Scored {
  const { snapshot, rule, terms, request } = answer;
  const wholeLabel = wholeLabels[request.surface];
  const served = rule.model === null ? undefined : snapshot.models[rule.model];
  if (served === undefined || (wholeLabel === undefined && terms.length === 0)) return start;
  const { model } = served;
  const asked = model.score(wholeLabel === undefined ? terms : []);
  const { values } = asked;
  const positions = snapshot.positions[rule.model!]!;
  const { scores } = start;
  // A history speaks of few of a large shop's items: most values are 0.
  for (let index = 0; index < positions.length; index++) {
    const value = values[index]!;
    if (value === 0) continue;
    const position = positions[index]!;
    if (position >= 0) scores[position]! += value;
  }
  const partOf = (ofModel: Float64Array, label: string): ScorePart => ({
    kind: "popularity",
    label: () => label,
    valueAt: (position) => ofModel[model.ids.indexOf(snapshot.items[position]!.itemId) ?? -1] ?? 0,
  });
  if (wholeLabel !== undefined) return { ...start, parts: [...start.parts, partOf(values, wholeLabel)] };
  return {
    ...start,
    parts: asked.base === undefined ? start.parts : [...start.parts, partOf(asked.base, popularInShop)],
    contributionsOf: asked.contributionsOf,
    contentOf: asked.contentOf ?? start.contentOf,
  };
}

/** Adds a share for the narrowest category of an item of the page, and half of it for a wider one. */
function addContent({ snapshot, request, rule }: Answer, scored: Scored): Scored {
  const page = request.pageItems.flatMap((itemId) => snapshot.items[snapshot.positionOf.get(itemId) ?? -1] ?? []);
  const narrowest = new Set(page.flatMap((item) => item.categories.at(-1) ?? []));
  const wider = new Set(page.flatMap((item) => item.categories).filter((category) => !narrowest.has(category)));
  const [whole, half] = [onGrid(rule.contentShare), onGrid(rule.contentShare / 2)];
  const isMet = new Uint8Array(snapshot.items.length);
  for (const category of [...narrowest, ...wider]) {
    const value = narrowest.has(category) ? whole : half;
    for (const position of snapshot.inCategory.get(category) ?? []) {
      if (isMet[position] === 0) scored.scores[position]! += value;
      isMet[position] = 1;
    }
  }
  const shared = (position: number) => {
    const { categories } = snapshot.items[position]!;
    return categories.findLast((category) => narrowest.has(category)) ?? categories.findLast((category) => wider.has(category));
  };
  const part: ScorePart = {
    kind: "content",
    label: (position) => `category: ${shared(position) ?? ""}`,
    valueAt(position) {
      const category = shared(position);
      return category === undefined ? 0 : narrowest.has(category) ? whole : half;
    },
  };
  return { ...scored, parts: [...scored.parts, part] };
}

function scoreNew({ snapshot, now }: Answer, start: Scored): Scored {
  const valueAt = (position: number) => {
    const { releasedAt, createdAt } = snapshot.items[position]!;
    return onGrid(Math.max(0, 1 - Math.max(0, now - (releasedAt ?? createdAt)) / dayMs / newForDays));
  };
  for (let position = 0; position < start.scores.length; position++) start.scores[position] = valueAt(position);
  return { ...start, parts: [{ kind: "context", label: () => "new in the shop", valueAt }] };
}

/** Each past purchase of an item is a reason to offer it again. */
function scoreReorder(answer: Answer, start: Scored): Scored {
  const { snapshot, now, choices } = answer;
  const terms = askableSteps(answer).flatMap(({ itemId, type, at }): AskedTerm[] => {
    if ((type !== "purchase" && type !== "return") || choices.suppressed.has(traitKey("reorder", itemId))) return [];
    const strength = onGrid((eventWeight[type] / fullWeight) * 2 ** (-Math.max(0, now - at) / dayMs / reorderHalfLifeDays));
    return [{ itemId, strength, age: 0, rating: null, kind: "event", event: type, at }];
  });
  for (const { itemId, strength } of terms) {
    const position = snapshot.positionOf.get(itemId);
    if (position !== undefined) start.scores[position]! += strength;
  }
  return { ...start, terms, contributionsOf: (itemId: ItemId) => Float64Array.from(terms, (term) => (term.itemId === itemId ? term.strength : 0)) };
}

/**
 * score = what the model says of the question + the shares the surface's rule adds. Every part is kept as a reason, and
 * lies on a grid on which sums are exact: a score is the sum of its reasons to the last bit.
 */
export const scoreItems: PureStage = (answer) => {
  const start = startOf(answer);
  if (answer.request.surface === "new") return { ...answer, ...scoreNew(answer, start) };
  if (answer.request.surface === "reorder") return { ...answer, ...scoreReorder(answer, start) };
  const scored = askModel(answer, start);
  return { ...answer, ...(answer.rule.contentShare === 0 ? scored : addContent(answer, scored)) };
};
