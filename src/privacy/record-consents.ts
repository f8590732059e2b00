import type { Clock, EpochMs, FreshId } from "#domain/clock.ts";
import { byGpc, byGpcAcknowledged, byGuardian, type ConsentProof, type ConsentSource, type ConsentState, isChild } from "#domain/consent.ts";
import type { MessageId, ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import type { Purpose } from "#domain/purpose.ts";
import { withDevice } from "#storage/ports/forget-store.ts";
import type { LogEntry, NameOf, Store } from "#storage/ports.ts";
import type { Notices } from "./consent/notices.ts";
import type { PersonIds } from "./person-ids.ts";
import { createRecogniseNames } from "./recognise-names.ts";

export type ConsentChange = {
  readonly names: PersonName;
  readonly purposes: ReadonlyMap<Purpose, boolean>;
  readonly source: ConsentSource;
  readonly notice: string | null;
  readonly how: string | null;
  /** Of the notice as it was shown. */
  readonly language?: string | null;
  /** A yes holds until then, if not for as long as the shop's policy says. */
  readonly expiresAt?: EpochMs | null;
  /** How a guardian was made sure of. */
  readonly verification?: string | null;
  /** The request carried an opt-out signal. */
  readonly gpc?: boolean;
  /** The person says yes to sharing although their browser, or another of theirs, opts out, and was told so. */
  readonly acknowledgesGpc?: boolean;
  /** Which consent string it was read from. */
  readonly signal?: string | null;
};

/** What of a change was not written down as it was said, by purpose. */
export type ConsentHeld = ReadonlyMap<Purpose, "opt-out-signal" | "age" | "notice-outdated">;

export type RecordConsents = (shopId: ShopId, changes: readonly ConsentChange[]) => Promise<readonly ConsentHeld[]>;

/** Sale and sharing: what opt-out signals are about. */
export const optOutPurposes: readonly Purpose[] = ["share"];

type Known = { readonly own: ConsentState | undefined; readonly current: ConsentState | undefined; readonly outdated: ReadonlySet<Purpose> };

/** Why a yes cannot be taken for one; null: it can. */
function holdOf(change: ConsentChange, purpose: Purpose, { current, outdated }: Known): "opt-out-signal" | "age" | "notice-outdated" | null {
  if (optOutPurposes.includes(purpose) && change.acknowledgesGpc !== true) {
    const now = current?.get(purpose);
    if (change.gpc === true || (now?.granted === false && now.how === byGpc)) return "opt-out-signal";
  }
  if (outdated.has(purpose)) return "notice-outdated";
  return isChild(current) && change.how !== byGuardian ? "age" : null;
}

function proofOf({ language, verification, signal }: ConsentChange): { proof?: ConsentProof } {
  const proof: ConsentProof = {
    ...(language == null ? {} : { language }),
    ...(verification == null ? {} : { verification }),
    ...(signal == null ? {} : { signal }),
  };
  return Object.keys(proof).length === 0 ? {} : { proof };
}

/**
 * Writes decisions down, under the names they were made, as entries of the log: consumers learn of them in the order in
 * which they happened; what follows for the person's other names the store works out with the append. A shop's assertion
 * never overrides what the person decided. A no is always taken; a yes not where an opt-out signal, the person's age or a
 * notice that has changed since stands against it. Durable when it resolves.
 */
export function createRecordConsents(deps: {
  readonly store: Pick<Store, "log" | "consents" | "identities">;
  readonly personIds: PersonIds;
  readonly clock: Clock;
  readonly freshId: FreshId;
  readonly notices?: Pick<Notices, "named">;
}): RecordConsents {
  const { store, personIds, clock, freshId, notices } = deps;

  const recognise = createRecogniseNames({ personIds, identities: store.identities });

  function entriesOf(
    change: ConsentChange,
    name: NameOf,
    known: Known,
    held: Map<Purpose, "opt-out-signal" | "age" | "notice-outdated">,
    /** What the same decision is called under the customer's name; entered here, and taken from here for their device. */
    called: Map<Purpose, string>,
  ): LogEntry[] {
    const entries: LogEntry[] = [];
    for (const [purpose, granted] of change.purposes) {
      const mine = known.own?.get(purpose);
      if (change.source === "shop-asserted" && mine !== undefined && (mine.source === "person" || mine.granted === granted)) continue;
      const hold = granted ? holdOf(change, purpose, known) : null;
      if (hold !== null) held.set(purpose, hold);
      // The signal itself is the no.
      const isSignalled = hold === "opt-out-signal" && known.current?.get(purpose)?.granted !== false;
      if (hold !== null && !isSignalled) continue;
      const acknowledged = granted && change.acknowledgesGpc === true && optOutPurposes.includes(purpose);
      const decision = {
        personId: name.personId,
        purpose,
        granted: granted && !isSignalled,
        at: clock(),
        source: change.source,
        notice: change.notice,
        how: isSignalled ? byGpc : acknowledged ? byGpcAcknowledged : change.how,
        expiresAt: granted && !isSignalled ? (change.expiresAt ?? null) : null,
        ...proofOf(change),
      };
      const said = called.get(purpose);
      const messageId = (said === undefined ? `consent:${freshId()}` : `${said}${withDevice}`) as MessageId;
      called.set(purpose, messageId);
      entries.push({ kind: "consent", messageId, name, decision });
    }
    return entries;
  }

  return async (shopId, changes) => {
    const recognised = await recognise(
      shopId,
      changes.map(({ names }) => ({ names, at: null })),
    );
    const people = changes.map((change, index) => ({ change, names: recognised[index]!.names }));
    const personIds = [...new Set(people.flatMap(({ names }) => names.map(({ personId }) => personId)))];
    const own = await store.consents.own(shopId, personIds);
    const current = await store.consents.current(shopId, personIds);
    const outdated = new Map<string, ReadonlySet<Purpose>>();
    for (const notice of new Set(changes.flatMap((change) => change.notice ?? [])))
      outdated.set(notice, (await notices?.named(shopId, notice))?.outdated ?? new Set());
    const held: Map<Purpose, "opt-out-signal" | "age" | "notice-outdated">[] = changes.map(() => new Map());
    const entries = people.flatMap(({ change, names }, index) => {
      const child = names.some(({ personId }) => isChild(current.get(personId)));
      const called = new Map<Purpose, string>();
      return names.flatMap((name) => {
        const state = current.get(name.personId);
        // A child under one name is a child under the other.
        const shown = child && !isChild(state) ? current.get(names.find(({ personId }) => isChild(current.get(personId)))!.personId) : state;
        const known = { own: own.get(name.personId), current: shown, outdated: outdated.get(change.notice ?? "") ?? new Set<Purpose>() };
        return entriesOf(change, name, known, held[index]!, called);
      });
    });
    await store.log.append(shopId, entries);
    return held;
  };
}
