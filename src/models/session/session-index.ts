import type { IdMap } from "../id-map.ts";
import type { Sequences } from "./sequences.ts";

/** Past sessions by recency: session 0 is the one that ended last. Each holds an item once. */
export type SessionIndex = {
  readonly ids: IdMap;
  readonly sessions: number;
  /** Session s holds `items[starts[s] … starts[s + 1])`, ascending. */
  readonly starts: Int32Array;
  readonly items: Int32Array;
  /** Item i is in `sessionsOf[sessionStarts[i] … sessionStarts[i + 1])`, the most recent first. */
  readonly sessionStarts: Int32Array;
  readonly sessionsOf: Int32Array;
};

/** `cuts`: where each session starts in the sequences, and the end of the last. */
export function indexSessions({ ids, items: places, times }: Sequences, cuts: Int32Array): SessionIndex {
  const filled = Array.from({ length: cuts.length - 1 }, (_, session) => session).filter((session) => cuts[session + 1]! > cuts[session]!);
  const endOf = (session: number) => times[cuts[session + 1]! - 1]!;
  filled.sort((a, b) => endOf(b) - endOf(a) || a - b);
  const starts = new Int32Array(filled.length + 1);
  const items = new Int32Array(places.length);
  const sessionStarts = new Int32Array(ids.size() + 1);
  let length = 0;
  for (const [session, cut] of filled.entries()) {
    const sorted = places.slice(cuts[cut]!, cuts[cut + 1]!).sort();
    for (const [at, item] of sorted.entries()) {
      if (at > 0 && sorted[at - 1] === item) continue;
      items[length++] = item;
      sessionStarts[item + 1]!++;
    }
    starts[session + 1] = length;
  }
  for (let item = 0; item < ids.size(); item++) sessionStarts[item + 1]! += sessionStarts[item]!;
  const sessionsOf = new Int32Array(length);
  const next = sessionStarts.slice();
  for (let session = 0; session < filled.length; session++) {
    for (let at = starts[session]!; at < starts[session + 1]!; at++) sessionsOf[next[items[at]!]!++] = session;
  }
  return { ids, sessions: filled.length, starts, items: items.slice(0, length), sessionStarts, sessionsOf };
}

export function holds({ starts, items }: SessionIndex, session: number, item: number): boolean {
  let [low, high] = [starts[session]!, starts[session + 1]! - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = items[middle]!;
    if (found === item) return true;
    if (found < item) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
