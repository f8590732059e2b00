import type { ConsentDecision } from "#domain/consent.ts";
import type { IdentityEdge } from "#domain/identity-link.ts";
import type { PersonId } from "#domain/ids.ts";
import type { Purpose } from "#domain/purpose.ts";

export type OwnDecision = { readonly decision: ConsentDecision; readonly seq: number };
type State = Map<Purpose, ConsentDecision>;

/** A no of either is a no, otherwise a yes of either a yes. Of two that say the same, the person's own stands. */
function stricter(a: State, b: State): State {
  const merged = new Map(a);
  for (const [purpose, decision] of b) {
    const other = merged.get(purpose);
    const asGood = other?.granted === decision.granted && other.source === "shop-asserted";
    if (other === undefined || asGood || (other.granted && !decision.granted)) merged.set(purpose, decision);
  }
  return merged;
}

/**
 * What is in force for each name, from what was decided under each and since when they are one person: where two
 * become one the stricter answer wins; after that an answer given under any name is everybody's, and the latest counts.
 * A shop's assertion never overrides what a person decided. Without an edge it is as if the names had never met.
 */
export function foldConsents(
  personIds: readonly PersonId[],
  edges: readonly IdentityEdge[],
  own: readonly OwnDecision[],
): ReadonlyMap<PersonId, ReadonlyMap<Purpose, ConsentDecision>> {
  const groupOf = new Map<PersonId, { members: PersonId[]; state: State }>();
  for (const personId of personIds) groupOf.set(personId, { members: [personId], state: new Map() });
  const steps = [
    ...edges.map((edge) => ({ seq: edge.seq, edge, decision: null })),
    ...own.map(({ seq, decision }) => ({ seq, edge: null, decision })),
  ].sort((x, y) => x.seq - y.seq);
  for (const { edge, decision } of steps) {
    if (edge !== null) {
      const [a, b] = [groupOf.get(edge.a), groupOf.get(edge.b)];
      if (a === undefined || b === undefined || a === b) continue;
      const joined = { members: [...a.members, ...b.members], state: stricter(a.state, b.state) };
      for (const member of joined.members) groupOf.set(member, joined);
    } else {
      const state = groupOf.get(decision.personId)?.state;
      if (state === undefined) continue;
      if (decision.source === "shop-asserted" && state.get(decision.purpose)?.source === "person") continue;
      state.set(decision.purpose, decision);
    }
  }
  return new Map(personIds.map((personId) => [personId, groupOf.get(personId)!.state]));
}
