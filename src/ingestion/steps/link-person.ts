import type { FreshId } from "#domain/clock.ts";
import type { MessageId } from "#domain/ids.ts";
import type { PersonIds } from "#privacy/person-ids.ts";
import type { LogEntry } from "#storage/ports.ts";
import { changeOpen, type Draft, type Step } from "../draft.ts";
import { isAlias } from "./recognise-person.ts";

/**
 * Says in the log who is whom: a device that was met in a customer's hands; and of an `alias`, that the earlier name is
 * this customer's, be it a device's or a customer's. What follows from it the store works out with the append.
 */
export function createLinkPerson(personIds: PersonIds, freshId: FreshId): Step {
  const linkId = () => `link:${freshId()}` as MessageId;
  return async function linkPerson(batch) {
    const merges = new Map<Draft, LogEntry>();
    for (const draft of batch.drafts) {
      const { names, event } = draft.message;
      if (draft.outcome !== null || !isAlias(event)) continue;
      // Nobody says whether the earlier name was a customer's; where it was none, nothing is ever found under it.
      if (names.customerId === null || names.anonymousId === null || String(names.customerId) === String(names.anonymousId)) continue;
      const [root, name] = await Promise.all([names.customerId, names.anonymousId].map((id) => personIds.of(batch.shopId, "customer", id)));
      const at = Math.min(event.occurredAt, batch.receivedAt);
      merges.set(draft, { kind: "link", messageId: linkId(), name: name!, root: root!, device: null, at });
    }
    return changeOpen(batch, (draft) => {
      const entries = [...draft.entries];
      if (draft.claim !== null) entries.push({ kind: "link", messageId: linkId(), ...draft.claim });
      const merge = merges.get(draft);
      return { ...draft, entries: merge === undefined ? entries : [...entries, merge] };
    });
  };
}
