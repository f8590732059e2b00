import { createHash } from "node:crypto";
import type { Clock } from "#domain/clock.ts";
import { eventTypes } from "#domain/event.ts";
import { firstSeq, type LogSeq, type MessageId, type PersonId, type ShopId } from "#domain/ids.ts";
import { classOfEvent, cutoffOf, type Retention, type RetentionClass } from "#domain/retention.ts";
import { type ExpiredEvent, type Expiry, expiryPrefix, type Forgotten } from "#storage/ports/retention-store.ts";
import type { LogEntry, Store } from "#storage/ports.ts";

/** The consumer whose saved work decides what may be deleted. */
const learning = "learn";
/** Entries of the log that are looked at in one go; others get their turn in between. */
const rowsPerLook = 20_000;
const eventsPerRound = 10_000;
const entriesPerDelete = 500;
const targetsPerEntry = 500;
const eventClasses = ["browsing", "shown", "orders"] as const;

export type Expired = Readonly<Record<(typeof eventClasses)[number], number>>;
export type RetentionRound = {
  /** Taken back in this round: nobody sees them any more, and learning takes them out of what it knows. */
  readonly expired: Expired;
  /** Deleted in this round, after learning had taken them out. */
  readonly forgotten: Forgotten;
  /** Waits for learning. */
  readonly pending: number;
  /** There is more to do. */
  readonly more: boolean;
};

export type ExpireEvents = {
  /** What a round would take back now; changes nothing. */
  count(shopId: ShopId): Promise<Expired>;
  /** One bounded piece of the work. */
  round(shopId: ShopId): Promise<RetentionRound>;
};

const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Ends what is past its time in two steps. First an entry of the log takes it back, as a cancelled order is taken back:
 * readers leave it out from there on, and whoever has counted it takes away what it had added. When that is saved, the
 * rows go, together with the entry: what is left is the log of a shop that never had them.
 */
export function createExpireEvents(deps: {
  readonly store: Pick<Store, "log" | "retention">;
  readonly retention: Retention;
  readonly clock: Clock;
}): ExpireEvents {
  const { store, retention, clock } = deps;
  const expiries = (): Expiry[] =>
    eventClasses.flatMap((name) => {
      const before = cutoffOf(retention, name, clock());
      return before === null ? [] : [{ types: eventTypes.filter((type) => classOfEvent(type) === name), before }];
    });

  /** Walks the log until it has found so many. */
  async function find(shopId: ShopId, most: number): Promise<ExpiredEvent[]> {
    const found: ExpiredEvent[] = [];
    let after: LogSeq | null = firstSeq;
    const wanted = expiries();
    while (after !== null && found.length < most) {
      const { events, next }: Awaited<ReturnType<Store["retention"]["expired"]>> = await store.retention.expired(shopId, after, rowsPerLook, wanted);
      found.push(...events);
      after = next;
      await breathe();
    }
    return found.slice(0, most);
  }

  const tally = (events: readonly ExpiredEvent[]): Expired => {
    const sums: Record<RetentionClass, number> = { browsing: 0, shown: 0, orders: 0, decisions: 0 };
    for (const { type } of events) sums[classOfEvent(type)]++;
    return { browsing: sums.browsing, shown: sums.shown, orders: sums.orders };
  };

  return {
    async count(shopId) {
      return tally(await find(shopId, Number.POSITIVE_INFINITY));
    },
    async round(shopId) {
      const forgotten = { ...(await store.retention.deleteTakenBack(shopId, learning, entriesPerDelete)) };
      const before = { orders: cutoffOf(retention, "orders", clock()), decisions: cutoffOf(retention, "decisions", clock()) };
      const records = await store.retention.forgetRecords(shopId, learning, before, entriesPerDelete);
      const pending = await store.retention.pending(shopId);
      const counted = { ...forgotten, records: forgotten.records + records };
      // One lot after the other: what waits to be deleted would be found again.
      if (pending > 0) return { expired: tally([]), forgotten: counted, pending, more: forgotten.events + records > 0 };
      const events = await find(shopId, eventsPerRound);
      await store.log.append(shopId, takingBack(events, clock()));
      return { expired: tally(events), forgotten: counted, pending: events.length > 0 ? 1 : 0, more: events.length > 0 || records > 0 };
    },
  };
}

function takingBack(events: readonly ExpiredEvent[], at: number): LogEntry[] {
  const byPerson = Map.groupBy(events, ({ name }): PersonId => name.personId);
  return [...byPerson.values()].flatMap((ofPerson) => {
    const entries: LogEntry[] = [];
    for (let start = 0; start < ofPerson.length; start += targetsPerEntry) {
      const targets = ofPerson.slice(start, start + targetsPerEntry).map(({ messageId }) => messageId);
      const digest = createHash("sha256").update(targets.join("\n")).digest("base64url");
      entries.push({ kind: "retract", messageId: `${expiryPrefix}${digest}` as MessageId, name: ofPerson[0]!.name, targets, at });
    }
    return entries;
  });
}
