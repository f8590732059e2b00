import type { ModelFactory } from "../model.ts";
import type { ParamSpace } from "../params.ts";
import { cutSessions, gapMinutesFor } from "./cut-sessions.ts";
import { type Asked, askedBy, createNeighbourSearch, type Neighbours } from "./neighbours.ts";
import { sequencesOf } from "./sequences.ts";
import { holds, indexSessions } from "./session-index.ts";

const name = "vmis-knn";
const description = "What the sessions most like this one went on to, recent ones first (VMIS-kNN)";

const space = {
  /** m: most recent sessions that are looked at. */
  recentSessions: { kind: "choice", values: [250, 500, 1000, 1500] },
  /** k */
  neighbours: { kind: "choice", values: [50, 100, 200, 300, 500] },
  /** Last items of the session that ask. */
  maxItemsInSession: { kind: "choice", values: [2, 3, 4, 5, 7] },
  /** The power of log(sessions / sessions with the item) that an item's score is multiplied with: 1 as published, 0 not at all. */
  idfWeighting: { kind: "choice", values: [0, 0.5, 1] },
  /** Inactivity that ends a session; 0: a history is a session. */
  sessionGapMinutes: { kind: "choice", values: [0, 30, 1440] },
} as const satisfies ParamSpace;

/**
 * VMIS-kNN (Kersbergen, Sprangers, Schelter: Serenade, SIGMOD 2022). Neighbours n are the k most similar of the m most
 * recent past sessions that share an item; similarity(n) = Σ over the shared items of their decay, linear in the position;
 * score(i) = idf(i) · Σ over n with i of λ(n) · similarity(n), λ = 1 − position / 10 of the latest shared item (from 1).
 * Items of one occasion have one position. The session's own items are scored as well.
 */
export const vmisKnn: ModelFactory = {
  name,
  needs: "session",
  explains: "sum",
  space,
  fit({ histories }, options) {
    const sequences = sequencesOf(histories);
    const params = {
      recentSessions: 500,
      neighbours: 100,
      maxItemsInSession: 5,
      idfWeighting: 1,
      sessionGapMinutes: options.params?.sessionGapMinutes ?? gapMinutesFor(sequences),
      ...options.params,
    };
    const index = indexSessions(sequences, cutSessions(sequences, params.sessionGapMinutes));
    const { ids, starts, items, sessionStarts } = index;
    const itemCount = ids.size();
    const rarity = Float64Array.from(
      { length: itemCount },
      (_, item) => Math.log(index.sessions / (sessionStarts[item + 1]! - sessionStarts[item]!)) ** params.idfWeighting,
    );
    const neighboursOf = createNeighbourSearch(index, params.recentSessions, params.neighbours);
    return {
      name,
      needs: "session",
      ids,
      score(query) {
        const asked = askedBy(query, ids, params.maxItemsInSession);
        const neighbours = neighboursOf(asked);
        const values = new Float64Array(itemCount);
        const said = new Float64Array(itemCount);
        for (const one of asked) {
          const touched = sayFor(one, neighbours, said);
          for (const item of touched) {
            values[item]! += said[item]! * rarity[item]!;
            said[item] = 0;
          }
        }
        return {
          values,
          contributionsOf(itemId) {
            const contributions = new Float64Array(query.length);
            const item = ids.indexOf(itemId);
            if (item === undefined) return contributions;
            for (const { term, item: shared, decay } of asked) {
              let sum = 0;
              for (const [at, session] of neighbours.sessions.entries()) {
                if (holds(index, session, shared) && holds(index, session, item)) sum += neighbours.matchWeights[at]! * decay;
              }
              contributions[term] = sum * rarity[item]!;
            }
            return contributions;
          },
        };
      },
      describe: () => ({ description, params, counts: { items: itemCount, sessions: index.sessions, places: items.length } }),
    };

    /** Adds up what the neighbours say for their items because they share this one. */
    function sayFor({ item: shared, decay }: Asked, { sessions, matchWeights }: Neighbours, said: Float64Array): number[] {
      const touched: number[] = [];
      for (let at = 0; at < sessions.length; at++) {
        const session = sessions[at]!;
        if (matchWeights[at] === 0 || !holds(index, session, shared)) continue;
        for (let place = starts[session]!; place < starts[session + 1]!; place++) {
          const item = items[place]!;
          if (said[item] === 0) touched.push(item);
          said[item]! += matchWeights[at]! * decay;
        }
      }
      return touched;
    }
  },
};
