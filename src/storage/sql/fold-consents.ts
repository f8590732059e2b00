import type { ConsentDecision } from "#domain/consent.ts";
import type { IdentityEdge } from "#domain/identity-link.ts";
import type { PersonId } from "#domain/ids.ts";
import type { Purpose } from "#domain/purpose.ts";

/** `over`: from then on nothing is decided any more. */
export type OwnDecision = { readonly decision: ConsentDecision; readonly seq: number; readonly over?: boolean };
type State = Map<Purpose, ConsentDecision>;

const endOf = ({ expiresAt }: ConsentDecision) => expiresAt ?? Number.POSITIVE_INFINITY;

/**
 * A no of either is a no, otherwise a yes of either a yes. Of two that say the same the person's own stands, and of two of
 * those the one that ends first.
 */
function stricter(a: State, b: State): State {
  const merged = new Map(a);
  for (const [purpose, decision] of b) {
    const other = merged.get(purpose);
    const isSame = other?.granted === decision.granted;
    const endsFirst = isSame && other.source === decision.source && endOf(decision) < endOf(other);
    const asGood = (isSame && other.source === "shop-asserted") || endsFirst;
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
    ...edges.map((edge) => ({ seq: edge.seq, edge, decision: null, over: false })),
    ...own.map(({ seq, decision, over }) => ({ seq, edge: null, decision, over })),
  ].sort((x, y) => x.seq - y.seq);
  for (const { edge, decision, over } of steps) {
    if (edge !== null) {
      const [a, b] = [groupOf.get(edge.a), groupOf.get(edge.b)];
      if (a === undefined || b === undefined || a === b) continue;
      const joined = { members: [...a.members, ...b.members], state: stricter(a.state, b.state) };
      for (const member of joined.members) groupOf.set(member, joined);
    } else {
      const state = groupOf.get(decision.personId)?.state;
      if (state === undefined) continue;
      if (over === true) {
        state.delete(decision.purpose);
        continue;
      }
      if (decision.source === "shop-asserted" && state.get(decision.purpose)?.source === "person") continue;
      state.set(decision.purpose, decision);
    }
  }
  return new Map(personIds.map((personId) => [personId, groupOf.get(personId)!.state]));
}
