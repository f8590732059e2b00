import type { PersonName } from "#domain/person.ts";
import type { Recognised, RecogniseNames } from "#privacy/recognise-names.ts";
import { changeOpen, type Draft, type Step } from "../draft.ts";
import type { IncomingMessage } from "../message.ts";

/**
 * Whom the message is about, at the time it tells of: arithmetic on the names it came under, and whose hands the device
 * was in. Nothing is stored. Whatever comes under both names says that they are one person.
 */
export function createRecognisePerson(recognise: RecogniseNames): Step {
  return async function recognisePerson(batch) {
    const open = batch.drafts.filter((draft) => draft.outcome === null);
    const named = open.map(({ message }) => ({ names: namesOf(message), at: Math.min(message.event.occurredAt, batch.receivedAt) }));
    const recognised = await recognise(batch.shopId, named);
    const found = new Map<Draft, Recognised>(open.map((draft, index) => [draft, recognised[index]!]));
    return changeOpen(batch, (draft) => {
      const { names, claim } = found.get(draft)!;
      return { ...draft, names, claim, message: { ...draft.message, linksNames: names.length === 2 } };
    });
  };
}

/** Whoever is called by one name only, twice, is called by one name. */
function namesOf({ names, event }: IncomingMessage): PersonName {
  return isAlias(event) && String(names.customerId) === String(names.anonymousId) ? { ...names, anonymousId: null } : names;
}

export const isAlias = ({ type, name }: IncomingMessage["event"]): boolean => type === "identify" && name === "alias";
