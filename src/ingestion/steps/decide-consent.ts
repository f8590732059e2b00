import { type ConsentDecision, type ConsentState, isGranted, isRefused } from "#domain/consent.ts";
import type { MessageId, PersonId, ShopId } from "#domain/ids.ts";
import { eventPurposes, type Purpose, purposes } from "#domain/purpose.ts";
import type { StandingConsent } from "#domain/shop.ts";
import { mergeConsents } from "#privacy/merge-consents.ts";
import type { ConsentStore, IdentityStore, LogEntry, NameOf, ShopStore } from "#storage/ports.ts";
import { type Batch, changeOpen, type Draft, type Step } from "../draft.ts";
import { hearConsent } from "./hear-consent.ts";

type Members = (name: NameOf) => readonly PersonId[];

/**
 * Comes before anything is stored: an event for which nobody allowed any purpose is dropped, not for a moment kept.
 * What the message itself says about consent is heard first, and kept as a decision even where the event is not. A no
 * that is in force (or stamped on the event) stays with the event, so that a later yes does not reach back over it.
 */
export function createDecideConsent(
  consents: Pick<ConsentStore, "current">,
  identities: Pick<IdentityStore, "clusters">,
  shops: Pick<ShopStore, "standingConsent">,
): Step {
  return async function decideConsent(batch) {
    const open = batch.drafts.filter((draft) => draft.outcome === null);
    const personIds = [...new Set(open.flatMap(({ names }) => names.map(({ personId }) => personId)))];
    // Moves on with each message: the second of two in a batch meets what the first has decided.
    const states = new Map(await consents.current(batch.shopId, personIds));
    const membersOf = await readMembers(batch.shopId, open, identities);
    const standing = open.some((draft) => isUnheard(draft, states)) ? await shops.standingConsent(batch.shopId) : null;
    return changeOpen(batch, (draft): Draft => {
      const entries = [...assertionsIn(draft, standing, batch, states), ...decisionsIn(draft, stateOf(draft, states), batch, membersOf, states)];
      const ofNames = draft.names.map(({ personId }) => states.get(personId));
      const state = stateOf(draft, states);
      const stamp = draft.message.stampedConsent;
      const stampedNo = (purpose: Purpose) => stamp === "malformed" || stamp?.get(purpose) === false;
      const refused = purposes.filter((purpose) => isRefused(state, purpose) || stampedNo(purpose));
      const allowed = (purpose: Purpose) => isGranted(state, purpose) && !stampedNo(purpose);
      if (draft.message.basis === "consent" && !eventPurposes.some(allowed)) {
        return { ...draft, entries, outcome: { kind: "drop", reason: "NO_CONSENT" } };
      }
      return { ...draft, entries, states: ofNames, refused, measured: allowed("measure") };
    });
  };
}

/** Both names of an identify are one person from now on, so both count; otherwise the strongest speaks. */
function stateOf({ message, names }: Draft, states: ReadonlyMap<PersonId, ConsentState>): ConsentState | undefined {
  const [first, second] = names.map(({ personId }) => states.get(personId));
  return message.linksNames ? mergeConsents(first, second) : first;
}

/** Nobody of the message has decided anything, and the message itself says nothing of it: only then may the shop speak. */
function isUnheard({ message, names }: Draft, states: ReadonlyMap<PersonId, ConsentState>): boolean {
  const hasDecided = ({ personId }: NameOf) => eventPurposes.some((purpose) => states.get(personId)?.has(purpose) === true);
  return message.basis === "consent" && message.stampedConsent === null && message.decides === undefined && !names.some(hasDecided);
}

/** The shop's standing word for somebody who was never heard, as decisions of theirs that any of their own replaces. */
function assertionsIn(draft: Draft, standing: StandingConsent | null, { receivedAt }: Batch, states: Map<PersonId, ConsentState>): LogEntry[] {
  const [name] = draft.names;
  if (standing === null || name === undefined || !isUnheard(draft, states)) return [];
  return standing.purposes.map((purpose): LogEntry => {
    const { personId } = name;
    const decision: ConsentDecision = {
      personId,
      purpose,
      granted: true,
      at: receivedAt,
      source: "shop-asserted",
      notice: standing.notice,
      how: "standing",
    };
    states.set(personId, new Map(states.get(personId)).set(purpose, decision));
    return {
      kind: "consent",
      messageId: `consent:${purpose}:${personId}:standing:${draft.message.event.messageId}` as MessageId,
      name,
      decision,
      yields: true,
    };
  });
}

/** Looked up only where a message could decide something. */
async function readMembers(shopId: ShopId, open: readonly Draft[], identities: Pick<IdentityStore, "clusters">): Promise<Members> {
  const speaking = open.filter(({ message }) => message.decides !== undefined || message.stampedConsent instanceof Map);
  const personIds = [...new Set(speaking.flatMap(({ names }) => names.slice(0, 1).map(({ personId }) => personId)))];
  const clusters = personIds.length === 0 ? new Map() : await identities.clusters(shopId, personIds);
  return ({ personId }) => clusters.get(personId)?.memberIds ?? [personId];
}

/** What the message decides, under the name it came by; in `states` it holds for all of the person's names at once. */
function decisionsIn(
  { message, names: [name] }: Draft,
  state: ConsentState | undefined,
  { receivedAt }: Batch,
  membersOf: Members,
  states: Map<PersonId, ConsentState>,
): LogEntry[] {
  if (name === undefined) return [];
  const at = Math.min(message.event.occurredAt, receivedAt);
  const entries: LogEntry[] = [];
  for (const [purpose, { granted, how }] of hearConsent(message, state, at)) {
    const decision: ConsentDecision = { personId: name.personId, purpose, granted, at, source: "person", notice: null, how };
    // The same message sent again decides nothing anew.
    const messageId = `consent:${purpose}:${name.personId}:${message.event.messageId}` as MessageId;
    // A yes to a no that was seen is meant; a yes to nothing gives way to a no that came meanwhile.
    const yields = granted && state?.get(purpose)?.granted !== false;
    entries.push({ kind: "consent", messageId, name, decision, ...(yields ? { yields } : {}) });
    for (const personId of new Set([name.personId, ...membersOf(name)]))
      states.set(personId, new Map(states.get(personId)).set(purpose, { ...decision, personId }));
  }
  return entries;
}
