import type { IdMap } from "../id-map.ts";
import type { Query } from "../model.ts";

export type BasketLine = {
  /** Where it stands in the query. */
  readonly term: number;
  readonly item: number;
  readonly strength: number;
};

/**
 * The occasions of a question, the latest first: each known item that was not waved away once, as strongly as it was
 * meant. Occasions that leave nothing are none.
 */
export function basketsOf(query: Query, ids: Pick<IdMap, "indexOf">): BasketLine[][] {
  const baskets: BasketLine[][] = [];
  let lines = new Map<number, BasketLine>();
  const close = () => {
    if (lines.size > 0) baskets.push([...lines.values()]);
    lines = new Map();
  };
  for (const [term, { itemId, strength, age }] of query.entries()) {
    if (term > 0 && query[term - 1]!.age !== age) close();
    const item = ids.indexOf(itemId);
    if (item === undefined || strength <= 0) continue;
    if (strength > (lines.get(item)?.strength ?? 0)) lines.set(item, { term, item, strength });
  }
  close();
  return baskets;
}
