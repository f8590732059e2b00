import type { Clock, EpochMs, FreshId } from "#domain/clock.ts";
import type { MessageId, PersonId, ShopId } from "#domain/ids.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { DueDecision } from "#storage/ports/consent-record-store.ts";
import type { LogEntry, Store } from "#storage/ports.ts";

const peopleAtOnce = 500;

export type EndConsents = {
  /** Ends what has run out; at most so many rounds of 500. How many decisions were ended. */
  expired(shopId: ShopId, rounds?: number): Promise<number>;
  /** Ends every yes to this purpose that was given until then. */
  before(shopId: ShopId, purpose: Purpose, until: EpochMs): Promise<number>;
};

/**
 * That a consent is over is an entry of the log like the consent itself: so what the shop has learnt stays a function of its
 * log alone, and taking somebody's part out of the counts is the same path as for a withdrawal. The gate does not wait for it.
 */
export function createEndConsents(deps: {
  readonly store: Pick<Store, "log" | "consentRecords" | "identities">;
  readonly clock: Clock;
  readonly freshId: FreshId;
}): EndConsents {
  const { store, clock, freshId } = deps;

  async function end(shopId: ShopId, due: readonly DueDecision[], lapses: "expired" | "notice-changed", at: EpochMs): Promise<number> {
    const names = await store.identities.namesOf(shopId, [...new Set(due.map(({ personId }) => personId))]);
    const entries = due.map(({ personId, purpose }): LogEntry => {
      const decision = { personId, purpose, granted: false, at, source: "shop-asserted", notice: null, how: lapses } as const;
      const name = names.get(personId) ?? null;
      return { kind: "consent", messageId: `over:${freshId()}` as MessageId, name, decision, lapses };
    });
    const outcomes = await store.log.append(shopId, entries);
    return outcomes.filter(({ kind }) => kind === "appended").length;
  }

  /** `read` gives what is left each time. */
  async function endAll(
    shopId: ShopId,
    read: () => Promise<readonly DueDecision[]>,
    lapses: "expired" | "notice-changed",
    at: EpochMs,
    rounds: number,
  ) {
    let ended = 0;
    let before = new Set<PersonId>();
    for (let round = 0; round < rounds; round++) {
      const due = await read();
      if (due.length === 0) break;
      const now = await end(shopId, due, lapses, at);
      ended += now;
      // Whatever cannot be ended stands in nobody's way.
      const people = new Set(due.map(({ personId }) => personId));
      if (now === 0 && [...people].every((personId) => before.has(personId))) break;
      before = people;
    }
    return ended;
  }

  return {
    expired(shopId, rounds = 20) {
      const at = clock();
      return endAll(shopId, () => store.consentRecords.expired(shopId, at, peopleAtOnce), "expired", at, rounds);
    },
    before: (shopId, purpose, until) =>
      endAll(
        shopId,
        () => store.consentRecords.grantedBefore(shopId, purpose, until, peopleAtOnce),
        "notice-changed",
        until,
        Number.POSITIVE_INFINITY,
      ),
  };
}
