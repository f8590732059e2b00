import type { FreshId } from "#domain/clock.ts";
import type { MessageId } from "#domain/ids.ts";
import { mergeConsents } from "#privacy/merge-consents.ts";
import type { IdentityStore, LogEntry } from "#storage/ports.ts";
import { changeOpen, type Draft, type Step } from "../draft.ts";

/**
 * `identify` and `alias` say that a device is a customer's: the link is an entry of the log, and so is each decision
 * that now holds for both. A device that already belongs to another customer is shared and stays where it is.
 */
export function createLinkPerson(identities: Pick<IdentityStore, "clusters">, freshId: FreshId): Step {
  return async function linkPerson(batch) {
    const linking = batch.drafts.filter((draft) => draft.outcome === null && draft.message.linksNames && draft.names.length === 2);
    if (linking.length === 0) return batch;
    const clusters = await identities.clusters(
      batch.shopId,
      linking.flatMap(({ names }) => names.map(({ personId }) => personId)),
    );
    return changeOpen(batch, (draft) => {
      const [customer, device] = draft.names;
      if (!linking.includes(draft) || customer === undefined || device === undefined) return draft;
      const rootId = clusters.get(device.personId)?.rootId ?? device.personId;
      if (rootId !== device.personId) return draft;
      const entries: LogEntry[] = [
        { kind: "link", messageId: `link:${freshId()}` as MessageId, deviceId: device.personId, root: customer, at: draft.message.event.occurredAt },
      ];
      const members = new Set([customer.personId, device.personId, ...(clusters.get(customer.personId)?.memberIds ?? [])]);
      for (const decision of mergeConsents(draft.states[0], draft.states[1]).values()) {
        for (const personId of members) {
          if (personId === decision.personId) continue;
          const name = personId === customer.personId ? customer : personId === device.personId ? device : null;
          entries.push({ kind: "consent", messageId: `consent:${freshId()}` as MessageId, name, decision: { ...decision, personId, how: "merge" } });
        }
      }
      return { ...draft, entries: [deviceExists(draft), ...entries].flat() };
    });
  };
}

/** The device must be known before it can be linked; the identify event itself, stored under it, sees to that. */
function deviceExists(draft: Draft): LogEntry[] {
  const [, device] = draft.names;
  if (device === undefined) return [];
  const { event } = draft.message;
  const messageId = `${event.messageId}:device` as MessageId;
  return [
    {
      kind: "event",
      name: device,
      event: {
        ...event,
        messageId,
        type: "identify",
        lines: [],
        recommendationId: null,
        refused: draft.refused,
        impression: null,
        receivedAt: event.occurredAt,
      },
    },
  ];
}
