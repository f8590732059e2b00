import type { PersonIds } from "#privacy/person-ids.ts";
import type { NameOf } from "#storage/ports.ts";
import { changeOpen, type Draft, type Step } from "../draft.ts";

/** Whom the message is about: arithmetic on the names it came under; nothing is read and nothing is stored. */
export function createRecognisePerson(personIds: PersonIds): Step {
  return async function recognisePerson(batch) {
    const found = new Map<Draft, readonly NameOf[]>();
    for (const draft of batch.drafts) if (draft.outcome === null) found.set(draft, await personIds.ofNames(batch.shopId, draft.message.names));
    return changeOpen(batch, (draft) => ({ ...draft, names: found.get(draft)! }));
  };
}
