import type { ItemId } from "#domain/ids.ts";
import { createIdMap, type IdMap } from "../id-map.ts";
import { type SparseRows, sparseRows } from "../knn/sparse-rows.ts";
import type { Query } from "../model.ts";
import { type History, inOrder } from "../step.ts";

/** What people thought of items: row u holds the ratings of person u, one an item. */
export type Ratings = {
  /** Items that somebody rated, in order of id. */
  readonly ids: IdMap;
  readonly byPerson: SparseRows;
  /** μ. Zero where nobody was asked. */
  readonly mean: number;
  /** False where the data has no rating at all: then each liking is a 1 against a mean of 0, and what many like is rated higher. */
  readonly asked: boolean;
};

/** The latest rating of each item by each person; steps without one say nothing, unless none has one. */
export function ratingsOf(histories: readonly History[]): Ratings {
  const asked = histories.some((history) => history.some(({ rating }) => rating !== undefined));
  const rated = histories.map((history) => {
    const latest = new Map<ItemId, number>();
    for (const { itemId, rating, weight } of inOrder(history)) {
      if (asked ? rating !== undefined : weight > 0) latest.set(itemId, asked ? rating! : 1);
    }
    return [...latest];
  });
  const ids = createIdMap([...new Set(rated.flatMap((items) => items.map(([itemId]) => itemId)))].sort());
  const byPerson = sparseRows(rated.map((items) => items.map(([itemId, rating]) => [ids.indexOf(itemId)!, rating] as const)));
  const sum = byPerson.values.reduce((total, rating) => total + rating, 0);
  return { ids, byPerson, mean: asked && byPerson.values.length > 0 ? sum / byPerson.values.length : 0, asked };
}

/** The ratings of one person. */
export type Rated = { readonly items: Int32Array; readonly values: Float64Array };

/** What the one who asks has rated: each known item once, by its latest rating. */
export function ratedIn(query: Query, { ids, asked }: Ratings): Rated {
  const latest = new Map<number, number>();
  for (const { itemId, rating, strength } of query) {
    const item = ids.indexOf(itemId);
    const value = asked ? rating : strength > 0 ? 1 : null;
    if (item !== undefined && value !== null && !latest.has(item)) latest.set(item, value);
  }
  return { items: Int32Array.from(latest.keys()), values: Float64Array.from(latest.values()) };
}

/** Row `person` as `ratedIn` would give it. */
export function ratedBy({ byPerson: { starts, columns, values } }: Ratings, person: number): Rated {
  const [start, end] = [starts[person]!, starts[person + 1]!];
  return { items: columns.subarray(start, end), values: values.subarray(start, end) };
}
