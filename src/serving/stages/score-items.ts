import { dayMs } from "#domain/clock.ts";
import { eventWeight, fullWeight } from "#domain/event-weight.ts";
import type { CatalogueItem } from "#domain/item.ts";
import type { Answer, AskedTerm, ScorePart, Stage } from "../answer.ts";

const newForDays = 60;
/** After so many days a past purchase speaks half as loudly for buying the same again. */
const reorderHalfLifeDays = 60;

function popularityPart({ snapshot }: Answer, share: number): ScorePart {
  return { kind: "popularity", label: () => "popular in the shop", values: snapshot.popularity.map((one) => one * share) };
}

/** Sharing the narrowest category with an item of the page counts whole, sharing a wider one half. */
function contentPart({ snapshot, request }: Answer, share: number): ScorePart {
  const page = request.pageItems.flatMap((itemId) => snapshot.items[snapshot.positionOf.get(itemId) ?? -1] ?? []);
  const narrowest = new Set(page.flatMap((item) => item.categories.at(-1) ?? []));
  const wider = new Set(page.flatMap((item) => item.categories));
  const shared = (item: CatalogueItem) =>
    item.categories.findLast((category) => narrowest.has(category)) ?? item.categories.findLast((category) => wider.has(category));
  return {
    kind: "content",
    label: (position) => `category: ${shared(snapshot.items[position]!) ?? ""}`,
    values: Float64Array.from(snapshot.items, (item) => {
      const category = shared(item);
      return category === undefined ? 0 : share * (narrowest.has(category) ? 1 : 0.5);
    }),
  };
}

function newPart({ snapshot, now }: Answer): ScorePart {
  const ageDays = (item: CatalogueItem) => Math.max(0, now - item.createdAt) / dayMs;
  return {
    kind: "context",
    label: () => "new in the shop",
    values: Float64Array.from(snapshot.items, (item) => Math.max(0, 1 - ageDays(item) / newForDays)),
  };
}

/** Each past purchase of an item is a reason to offer it again. */
function reorderTerms({ history, now }: Answer): AskedTerm[] {
  return history
    .filter((event) => event.type === "purchase" || event.type === "return")
    .flatMap((event) =>
      event.lines.map(({ itemId }): AskedTerm => {
        const strength =
          (eventWeight[event.type as "purchase"] / fullWeight) * 2 ** (-Math.max(0, now - event.occurredAt) / dayMs / reorderHalfLifeDays);
        return { itemId, strength, age: 0, rating: null, kind: "event", event: event.type, at: event.occurredAt };
      }),
    );
}

/** score = what the model says of the question + the shares the surface's rule adds. Every part is kept as a reason. */
export const scoreItems: Stage = (answer) => {
  const { snapshot, rule, request } = answer;
  const served = rule.model === null ? undefined : snapshot.models[rule.model];
  let { terms } = answer;
  const parts: ScorePart[] = [];
  const scores = new Float64Array(snapshot.items.length);
  let contributionsOf: Answer["contributionsOf"] = () => new Float64Array(terms.length);

  if (request.surface === "popular" || request.surface === "trending") {
    const values = served?.model.score([]).values;
    const indices = rule.model === null ? undefined : snapshot.indices[rule.model];
    const label = request.surface === "popular" ? "popular in the shop" : "rising this week";
    parts.push({
      kind: "popularity",
      label: () => label,
      values: Float64Array.from(snapshot.items, (_, position) => values?.[indices![position]!] ?? 0),
    });
  } else if (request.surface === "new") parts.push(newPart(answer));
  else if (request.surface === "reorder") {
    terms = reorderTerms(answer);
    for (const { itemId, strength } of terms) {
      const position = snapshot.positionOf.get(itemId);
      if (position !== undefined) scores[position]! += strength;
    }
    contributionsOf = (itemId) => Float64Array.from(terms, (term) => (term.itemId === itemId ? term.strength : 0));
  } else if (served !== undefined && terms.length > 0) {
    const asked = served.model.score(terms);
    const indices = snapshot.indices[rule.model!]!;
    for (let position = 0; position < scores.length; position++) if (indices[position]! >= 0) scores[position] = asked.values[indices[position]!]!;
    contributionsOf = asked.contributionsOf;
  }
  if (rule.contentShare > 0) parts.push(contentPart(answer, rule.contentShare));
  if (rule.popularityShare > 0) parts.push(popularityPart(answer, rule.popularityShare));
  for (const { values } of parts) for (let position = 0; position < scores.length; position++) scores[position]! += values[position]!;
  return { ...answer, terms, scores, parts, contributionsOf };
};
