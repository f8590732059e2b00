import { topK } from "#kernels/top-k.ts";
import type { IdMap } from "../id-map.ts";
import type { Query } from "../model.ts";
import type { SessionIndex } from "./session-index.ts";

/** An item of the session that goes on. */
export type Asked = {
  /** Where it stands in the query. */
  readonly term: number;
  readonly item: number;
  /** Occasions since: 0 the latest. */
  readonly position: number;
  /** π of the paper: how much sharing it makes sessions alike. */
  readonly decay: number;
};

/** The last `maxItems` occasions of a question, the latest first, each known item where it was last met. */
export function askedBy(query: Query, ids: IdMap, maxItems: number): Asked[] {
  const met = new Map<number, { term: number; position: number }>();
  let position = -1;
  let lastAge = Number.NaN;
  for (const [term, { itemId, strength, age }] of query.entries()) {
    const item = ids.indexOf(itemId);
    if (item === undefined || strength <= 0) continue;
    if (age !== lastAge) {
      if (position + 1 >= maxItems) break;
      position++;
      lastAge = age;
    }
    if (!met.has(item)) met.set(item, { term, position });
  }
  const length = position + 1;
  return [...met].map(([item, at]) => ({ item, ...at, decay: (length - at.position) / met.size }));
}

export type Neighbours = {
  /** Ascending: the most recent first. */
  readonly sessions: Int32Array;
  /** λ of the paper, per neighbour: the more lately the session turned to something shared, the more it counts. */
  readonly matchWeights: Float64Array;
};

/**
 * Of the m most recent sessions that share an item, the k most similar (Σ decay of what is shared; the more recent of
 * equals). A session among the m most recent of all is among the m most recent of each of its items, so no list is read
 * further than m.
 */
export function createNeighbourSearch(index: SessionIndex, m: number, k: number): (asked: readonly Asked[]) => Neighbours {
  const similarity = new Float64Array(index.sessions);
  const firstPosition = new Int32Array(index.sessions);
  return (asked) => {
    const touched: number[] = [];
    for (const { item, position, decay } of asked) {
      const from = index.sessionStarts[item]!;
      const to = Math.min(index.sessionStarts[item + 1]!, from + m);
      for (let at = from; at < to; at++) {
        const session = index.sessionsOf[at]!;
        if (similarity[session] === 0) {
          touched.push(session);
          firstPosition[session] = position;
        }
        similarity[session]! += decay;
      }
    }
    const recent = Int32Array.from(touched).sort().subarray(0, m);
    const best = topK(
      Float64Array.from(recent, (session) => similarity[session]!),
      k,
    );
    const sessions = Int32Array.from(best, (at) => recent[at]!).sort();
    const matchWeights = Float64Array.from(sessions, (session) => Math.max(0, 1 - (firstPosition[session]! + 1) / 10));
    for (const session of touched) similarity[session] = 0;
    return { sessions, matchWeights };
  };
}
