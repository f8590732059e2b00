import type { Clock } from "#domain/clock.ts";
import type { ConsentDecision } from "#domain/consent.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import type { Store } from "#storage/ports.ts";
import type { Gate } from "../gate.ts";
import type { PersonIds } from "../person-ids.ts";
import type { RecordConsents } from "../record-consents.ts";

const how = "restriction";

export type Restrict = ReturnType<typeof createRestrict>;

/** Restricting somebody, and the end of it: what they had decided about learning comes back as it was. */
export function createRestrict(deps: {
  readonly store: Pick<Store, "rightsRequests" | "consents">;
  readonly gate: Pick<Gate, "recognise">;
  readonly personIds: Pick<PersonIds, "ofNames">;
  readonly recordConsents: RecordConsents;
  readonly clock: Clock;
}) {
  const { store, gate, personIds, recordConsents, clock } = deps;
  const { rightsRequests, consents } = store;

  async function membersOf(shopId: ShopId, names: PersonName): Promise<readonly PersonId[]> {
    const own = (await personIds.ofNames(shopId, names)).map(({ personId }) => personId);
    return [...new Set([...own, ...((await gate.recognise(shopId, names))?.memberIds ?? [])])];
  }

  return {
    isRestricted: async (shopId: ShopId, names: PersonName): Promise<boolean> =>
      (await rightsRequests.restrictionsOf(shopId, await membersOf(shopId, names))).length > 0,

    async begin(shopId: ShopId, names: PersonName, requestId: string): Promise<void> {
      const [name] = await personIds.ofNames(shopId, names);
      const { personId } = name!;
      const learning = (await consents.current(shopId, [personId])).get(personId)?.get("learn") ?? null;
      const known = await rightsRequests.restrictionsOf(shopId, await membersOf(shopId, names));
      const before = known[0]?.learning ?? (learning?.how === how ? null : learning === null ? null : JSON.stringify(learning));
      await rightsRequests.restrict(shopId, { personId, requestId, at: clock(), learning: before });
      // What was learnt of them is taken back by this entry of the log, which is all that learning follows.
      if (learning?.granted === true)
        await recordConsents(shopId, [{ names, purposes: new Map([["learn", false]]), source: "person", notice: null, how }]);
    },

    async end(shopId: ShopId, names: PersonName): Promise<void> {
      const members = await membersOf(shopId, names);
      const restrictions = await rightsRequests.restrictionsOf(shopId, members);
      await rightsRequests.lift(shopId, members);
      const before = restrictions.flatMap(({ learning }) => (learning === null ? [] : [JSON.parse(learning) as ConsentDecision]))[0];
      const now = (await consents.current(shopId, members)).get(members[0]!)?.get("learn");
      // Only where nothing else was decided since, and the yes still holds.
      const holds = before?.granted === true && (before.expiresAt == null || before.expiresAt > clock());
      if (!holds || now?.how !== how) return;
      const { notice, expiresAt = null } = before;
      await recordConsents(shopId, [{ names, purposes: new Map([["learn", true]]), source: "person", notice, how: "restriction-lifted", expiresAt }]);
    },
  };
}

/** A yes to learning that is said while nothing may be used is kept for later: it counts from the end of the restriction on. */
export function keepingRestrictions(
  record: RecordConsents,
  { restrictions, gate, clock }: { readonly restrictions: Store["rightsRequests"]; readonly gate: Pick<Gate, "recognise">; readonly clock: Clock },
): RecordConsents {
  return async (shopId, changes) => {
    if (!changes.some(({ purposes }) => purposes.get("learn") === true) || !(await restrictions.anyRestricted(shopId)))
      return record(shopId, changes);
    const kept = await Promise.all(
      changes.map(async (change) => {
        if (change.purposes.get("learn") !== true || change.how === "restriction-lifted") return change;
        const members = (await gate.recognise(shopId, change.names))?.memberIds ?? [];
        const restricted = await restrictions.restrictionsOf(shopId, members);
        if (restricted.length === 0) return change;
        const { source, notice, how: given, expiresAt = null } = change;
        for (const one of restricted) {
          const decision = { personId: one.personId, purpose: "learn", granted: true, at: clock(), source, notice, how: given, expiresAt };
          await restrictions.restrict(shopId, { ...one, learning: JSON.stringify(decision) });
        }
        const purposes = new Map(change.purposes);
        purposes.delete("learn");
        return { ...change, purposes };
      }),
    );
    return record(shopId, kept);
  };
}
