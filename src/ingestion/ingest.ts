import type { Clock, FreshId } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import type { PersonIds } from "#privacy/person-ids.ts";
import { createRecogniseNames } from "#privacy/recognise-names.ts";
import type { Store } from "#storage/ports.ts";
import { startBatch } from "./draft.ts";
import type { IncomingMessage, IngestOutcome } from "./message.ts";
import { createAppend } from "./steps/append.ts";
import { checkMessage } from "./steps/check-message.ts";
import { createDecideConsent } from "./steps/decide-consent.ts";
import { createHonourPause } from "./steps/honour-pause.ts";
import { createLeaveOutForgotten } from "./steps/leave-out-forgotten.ts";
import { createLinkPerson } from "./steps/link-person.ts";
import { minimise } from "./steps/minimise.ts";
import { createNoteItems } from "./steps/note-items.ts";
import { createRecognisePerson } from "./steps/recognise-person.ts";
import { createSettleOrders } from "./steps/settle-orders.ts";

export type Ingest = (shopId: ShopId, messages: readonly IncomingMessage[]) => Promise<readonly IngestOutcome[]>;

/**
 * The life of an event, top to bottom. The outcomes stand in the order of the messages; when they are there, whatever
 * says `ok` is on the disk. Throws ProblemError (STORE_FULL, OVERLOADED …) when nothing of the batch was stored.
 */
export function createIngest(deps: {
  readonly store: Store;
  readonly personIds: PersonIds;
  readonly clock: Clock;
  readonly freshId: FreshId;
}): Ingest {
  const { store, personIds, clock, freshId } = deps;
  const steps = [
    checkMessage,
    createLeaveOutForgotten(store.forgetting),
    createRecognisePerson(createRecogniseNames({ personIds, identities: store.identities })),
    createDecideConsent(store.consents, store.identities, store.shops),
    createHonourPause(store.preferences, store.identities),
    createLinkPerson(personIds, freshId),
    minimise,
    createAppend(store.log),
    createSettleOrders(store.log),
    createNoteItems(store.catalogue),
  ];
  return async (shopId, messages) => {
    let batch = startBatch(shopId, clock(), messages);
    for (const step of steps) batch = await step(batch);
    return batch.drafts.map(({ outcome }) => outcome!);
  };
}
