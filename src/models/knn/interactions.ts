import { fullWeight } from "#domain/event-weight.ts";
import { personRowsOf } from "../counts/person-rows.ts";
import { createIdMap, type IdMap } from "../id-map.ts";
import type { History } from "../step.ts";
import { type SparseRows, sparseRows, transpose } from "./sparse-rows.ts";

/** Who liked what, and how strongly: 1 a purchase, less for a look; 1 for all of it where weights are not wanted. */
export type Interactions = {
  /** Items somebody liked, in order of id. */
  readonly ids: IdMap;
  readonly byPerson: SparseRows;
  readonly byItem: SparseRows;
};

/** Histories read as the counts read them, so that every model learns from the same likings. */
export function interactionsOf(histories: readonly History[], weighted: boolean): Interactions {
  const met = createIdMap();
  const rows = histories.map((history) => personRowsOf(history, (itemId) => met.add(itemId)));
  const likings = rows.map(({ items, strengths }) => Array.from(items, (item, at) => [met.idOf(item), strengths[at]!] as const));
  const ids = createIdMap([...new Set(likings.flatMap((items) => items.map(([itemId]) => itemId)))].sort());
  const byPerson = sparseRows(
    likings.map((items) => items.map(([itemId, strength]) => [ids.indexOf(itemId)!, weighted ? strength / fullWeight : 1] as const)),
  );
  return { ids, byPerson, byItem: transpose(byPerson, ids.size()) };
}
