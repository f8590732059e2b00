import type { PersonId } from "#domain/ids.ts";
import type { Purpose } from "#domain/purpose.ts";
import { isPausedAt, type Pause, pausesIn } from "#privacy/preferences/choices.ts";
import type { PreferenceStore } from "#storage/ports/preference-store.ts";
import type { IdentityStore } from "#storage/ports.ts";
import { changeOpen, type Draft, type Step } from "../draft.ts";

/** What a pause is a no to, for what happens while it lasts. Reports and the shop's own records go on. */
const pausedPurposes: readonly Purpose[] = ["personalize", "learn"];

/**
 * What happens in a pause, or arrives in one, never shapes what the person sees and enters no counts, also when the pause is over. If
 * that leaves nothing it could be kept for, it is not kept.
 */
export function createHonourPause(preferences: Pick<PreferenceStore, "of" | "any">, identities: Pick<IdentityStore, "clusters">): Step {
  return async function honourPause(batch) {
    const open = batch.drafts.filter((draft) => draft.outcome === null);
    // Hardly anybody has paused: in most shops that is one look, and no more.
    if (open.length === 0 || !(await preferences.any(batch.shopId, "pause"))) return batch;
    const personIds = [...new Set(open.flatMap(({ names }) => names.map(({ personId }) => personId)))];
    const clusters = await identities.clusters(batch.shopId, personIds);
    const membersOf = (personId: PersonId) => clusters.get(personId)?.memberIds ?? [personId];
    const rows = await preferences.of(batch.shopId, [...new Set(personIds.flatMap(membersOf))]);
    const pauses = new Map<PersonId, Pause[]>();
    for (const row of rows) pauses.set(row.personId, [...(pauses.get(row.personId) ?? []), ...pausesIn([row])]);
    const isPaused = ({ names, message }: Draft) => {
      const own = names.flatMap(({ personId }) => membersOf(personId)).flatMap((personId) => pauses.get(personId) ?? []);
      return isPausedAt(own, batch.receivedAt) || isPausedAt(own, message.event.occurredAt);
    };
    return changeOpen(batch, (draft) => {
      if (!isPaused(draft)) return draft;
      if (draft.message.basis === "consent" && !draft.measured) return { ...draft, outcome: { kind: "drop", reason: "NO_CONSENT" } };
      return { ...draft, refused: [...new Set([...draft.refused, ...pausedPurposes])] };
    });
  };
}
