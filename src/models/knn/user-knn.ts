import { fullWeight } from "#domain/event-weight.ts";
import { topK } from "#kernels/top-k.ts";
import type { IdMap } from "../id-map.ts";
import type { FitOptions, Model, ModelFactory, Query, Training } from "../model.ts";
import type { ParamSpace } from "../params.ts";
import { type Interactions, interactionsOf } from "./interactions.ts";
import { squaredNorms } from "./sparse-rows.ts";

export type UserKnnParams = {
  /** People asked: the nearest. */
  readonly neighbours: number;
  /** Added to the denominator of the similarity, in items. */
  readonly shrinkage: number;
  /** 1: a look counts less than a purchase; 0: all the same. */
  readonly weighted: number;
};

const space = {
  neighbours: { kind: "log", low: 10, high: 1000, integer: true },
  shrinkage: { kind: "log", low: 0.1, high: 100 },
  weighted: { kind: "choice", values: [0, 1] },
} as const satisfies ParamSpace;

const defaults: UserKnnParams = { neighbours: 100, shrinkage: 10, weighted: 1 };

/** People like the one who asks: `near[p]` is 1 / (|q|·|p| + shrinkage) for the nearest and 0 for the rest. */
function nearestPeople(
  { byItem, byPerson }: Interactions,
  norms: Float64Array,
  asked: ReadonlyMap<number, number>,
  params: UserKnnParams,
): Float64Array {
  const people = byPerson.starts.length - 1;
  const similarity = new Float64Array(people);
  let length = 0;
  for (const [item, strength] of asked) {
    length += strength * strength;
    for (let at = byItem.starts[item]!; at < byItem.starts[item + 1]!; at++) similarity[byItem.columns[at]!]! += strength * byItem.values[at]!;
  }
  length = Math.sqrt(length);
  const scale = (person: number) => 1 / (length * norms[person]! + params.shrinkage);
  for (let person = 0; person < people; person++) if (similarity[person] !== 0) similarity[person]! *= scale(person);
  const near = new Float64Array(people);
  for (const person of topK(similarity, params.neighbours)) if (similarity[person]! > 0) near[person] = scale(person);
  return near;
}

/** Similarities are rounded to this: with likings in whole fifths all sums are then exact, in whatever order they are made. */
const grain = 2 ** -40;

/**
 * User-based nearest neighbours (Herlocker et al., SIGIR 1999) on likings: score(i) = Σ_v cos(q, v) · v_i over the
 * nearest people v. Each item j of the query tells its part of it: Σ_v q_j·v_j / (|q|·|v|) · v_i.
 */
export const userKnn: ModelFactory = {
  name: "user-knn",
  needs: "history",
  explains: "sum",
  space,
  fit({ histories }: Training, { params: given }: FitOptions): Model {
    const params = { ...defaults, ...given };
    const interactions = interactionsOf(histories, params.weighted === 1);
    const { ids, byItem, byPerson } = interactions;
    const norms = squaredNorms(byPerson).map(Math.sqrt);
    const fifths = byPerson.values.map((value) => Math.round(value * fullWeight));
    return {
      name: "user-knn",
      needs: "history",
      ids,
      score(query: Query) {
        const terms = termsOf(query, ids, params.weighted === 1);
        const near = nearestPeople(interactions, norms, new Map(terms.map(({ item, strength }) => [item, strength])), params);
        const similarity = new Float64Array(near.length);
        for (const term of terms) {
          forEachPart(term, near, (person, part) => {
            similarity[person]! += part;
          });
        }
        const values = new Float64Array(ids.size());
        for (const [person, similar] of similarity.entries()) if (similar > 0) addLikings(person, similar, values);
        return {
          values,
          contributionsOf(itemId) {
            const parts = new Float64Array(query.length);
            const target = ids.indexOf(itemId);
            if (target === undefined) return parts;
            const liking = new Float64Array(near.length);
            for (let at = byItem.starts[target]!; at < byItem.starts[target + 1]!; at++) {
              liking[byItem.columns[at]!] = Math.round(byItem.values[at]! * fullWeight);
            }
            for (const term of terms) {
              forEachPart(term, near, (person, part) => {
                parts[term.position]! += part * liking[person]!;
              });
            }
            return parts;
          },
        };
      },
      describe: () => ({ description: "What the nearest people liked, by cosine", params, counts: { people: histories.length, items: ids.size() } }),
    };

    /** How much each of the nearest people is near by reason of this item, for a third of a liking. */
    function forEachPart({ item, strength }: Term, near: Float64Array, visit: (person: number, part: number) => void): void {
      for (let at = byItem.starts[item]!; at < byItem.starts[item + 1]!; at++) {
        const person = byItem.columns[at]!;
        if (near[person]! > 0) visit(person, grain * Math.round((strength * byItem.values[at]! * near[person]!) / fullWeight / grain));
      }
    }

    function addLikings(person: number, similar: number, values: Float64Array): void {
      for (let at = byPerson.starts[person]!; at < byPerson.starts[person + 1]!; at++) values[byPerson.columns[at]!]! += similar * fifths[at]!;
    }
  },
};

type Term = { readonly item: number; readonly strength: number; readonly position: number };

/** Each known item once, where it is liked most: the people it is compared with have each item once too. */
function termsOf(query: Query, ids: IdMap, weighted: boolean): Term[] {
  const strongest = new Map<number, Term>();
  for (const [position, { itemId, strength: told }] of query.entries()) {
    const item = ids.indexOf(itemId);
    const strength = weighted ? told : Math.sign(told);
    if (item !== undefined && strength > 0 && strength > (strongest.get(item)?.strength ?? 0)) strongest.set(item, { item, strength, position });
  }
  return [...strongest.values()];
}
