import type { ItemId } from "#domain/ids.ts";
import { createIdMap, type IdMap } from "../id-map.ts";
import type { History } from "../step.ts";

/**
 * What people turned to, as flat arrays: history h holds the places `starts[h] … starts[h + 1])`, oldest first. Returns
 * and refusals are not in it.
 */
export type Sequences = {
  /** In order of id, so that a model does not depend on the order in which items were first met. */
  readonly ids: IdMap;
  readonly starts: Int32Array;
  /** Item index per place. */
  readonly items: Int32Array;
  /** Time per place, in ms. */
  readonly times: Float64Array;
};

export function sequencesOf(histories: readonly History[]): Sequences {
  const met = new Set<ItemId>();
  let length = 0;
  for (const history of histories) {
    for (const { itemId, weight } of history) {
      if (weight <= 0) continue;
      met.add(itemId);
      length++;
    }
  }
  const ids = createIdMap([...met].sort((a, b) => (a < b ? -1 : 1)));
  const starts = new Int32Array(histories.length + 1);
  const items = new Int32Array(length);
  const times = new Float64Array(length);
  let place = 0;
  for (const [person, history] of histories.entries()) {
    for (const { itemId, weight, at } of history) {
      if (weight <= 0) continue;
      items[place] = ids.indexOf(itemId)!;
      times[place++] = at;
    }
    starts[person + 1] = place;
  }
  return { ids, starts, items, times };
}
