import type { Clock } from "#domain/clock.ts";
import type { LoggedEvent } from "#domain/event.ts";
import { eventWeight } from "#domain/event-weight.ts";
import type { ItemId, LogSeq, PersonId, ShopId } from "#domain/ids.ts";
import { type Counts, countPerson, emptyCounts } from "#models/counts/counts.ts";
import { countsAreCurrent, decodeCounts, encodeCounts } from "#models/counts/counts-artefact.ts";
import { unlearn } from "#models/counts/unlearn.ts";
import { stepsOf } from "#models/step.ts";
import type { Gate } from "#privacy/gate.ts";
import type { LogRef, Store } from "#storage/ports.ts";
import { findCulprits } from "./find-culprits.ts";
import { createPutAside, type Faults, learningFailed } from "./put-aside.ts";

const consumer = "learn";
const refsPerBatch = 100_000;
/** Whole histories are read, however long they have become: so many events at a time, as far as the last read can tell. */
const eventsPerRead = 10_000;
const mostPeoplePerRead = 200;
/** Rest between reads, so that requests get their turn while a large import is being learnt. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

export type ShopLearner = {
  /**
   * Learns all that the log holds beyond the cursor when it is asked; what comes in meanwhile is for the next time. Answers whether
   * anything changed the counts. With `again` also tries what it failed on before.
   */
  catchUp(again?: boolean): Promise<boolean>;
  /**
   * Saves the counts and the cursor together; false when another process has moved on, whose state is then taken over.
   * What was not saved is learnt again after a crash.
   */
  checkpoint(): Promise<boolean>;
  /** What a crash now would cause to be learnt again: how far the log has been read since, and whether counts changed. */
  unsaved(): { readonly entries: number; readonly counts: boolean };
  /** Goes back to what was saved last. */
  reload(): Promise<void>;
  cursor(): LogSeq;
  /** The living counts; whoever changes them puts them back. */
  counts(): Counts;
  /** Items whose counts have changed since `settle`; null when they may all have. */
  touched(): ReadonlySet<ItemId> | null;
  /** All that was touched has been dealt with. */
  settle(): void;
  /** The counts as bytes. */
  encoded(): Uint8Array;
};

const touches = (ref: LogRef) =>
  ref.kind === "consent" || ref.kind === "retract" || (ref.kind === "event" && ref.type !== null && eventWeight[ref.type] !== 0);

/**
 * The consumer that turns one shop's log into counts. What a person adds is a function of their events and their
 * decisions up to a position; so for everybody touched since the cursor, what they had added then is taken away and
 * what they add now is added. Withdrawal, import, replay and rebuild are all this one path.
 */
export async function openShopLearner(
  shopId: ShopId,
  deps: { readonly store: Pick<Store, "log" | "consumers" | "deadLetters">; readonly gate: Gate; readonly clock: Clock },
): Promise<ShopLearner> {
  const { store, gate } = deps;
  const aside = createPutAside(shopId, consumer, deps);
  let cursor: LogSeq;
  let counts: Counts;
  let savedCursor: LogSeq;
  let epoch: number;
  let changedSinceSaved = false;
  /** Nobody knows what the counts were when models were last made of them. */
  let allTouched = true;
  async function load(): Promise<void> {
    const saved = await store.consumers.load(shopId, consumer);
    const current = saved.state !== null && countsAreCurrent(saved.state);
    counts = current ? decodeCounts(saved.state!) : emptyCounts();
    cursor = current ? saved.cursor : (0 as LogSeq);
    savedCursor = saved.cursor;
    epoch = saved.epoch;
    changedSinceSaved = false;
    allTouched = true;
  }
  await load();

  let peoplePerRead = mostPeoplePerRead;

  /** Puts in `faults` what cannot be read, or what learning fails on; once there is something, the counts are void. */
  async function apply(people: readonly PersonId[], at: LogSeq, sign: 1 | -1, faults: Faults): Promise<boolean> {
    const allowed = await gate.allowEach(shopId, people, "learn", at);
    if (allowed.size === 0) return false;
    const onDamaged = (seq: number, _personId: PersonId, reason: string) => void faults.set(seq as LogSeq, reason);
    const histories = await store.log.histories([...allowed.values()], { upTo: at, onDamaged });
    let read = 0;
    for (const events of histories.values()) {
      read += events.length;
      try {
        // What is counted after a fault is thrown away; it is counted all the same, so that all faults are found at once.
        if (sign === 1) countPerson(counts, events.flatMap(stepsOf), 1);
        else unlearn(counts, events.flatMap(stepsOf));
      } catch (error) {
        for (const { seq } of suspectsIn(events)) faults.set(seq as LogSeq, learningFailed(error));
      }
    }
    peoplePerRead = Math.max(1, Math.min(mostPeoplePerRead, Math.floor((eventsPerRead * people.length) / Math.max(1, read))));
    return histories.size > 0;
  }

  /** Where nobody can say which of them it is, what is new is suspected first. */
  function suspectsIn(events: readonly LoggedEvent[]): readonly LoggedEvent[] {
    const culprits = findCulprits(events);
    if (culprits !== null) return culprits;
    const fresh = events.filter(({ seq }) => seq > cursor);
    return fresh.length > 0 ? fresh : events;
  }

  /**
   * Learns the rest of the log, up to the first batch in which something is at fault. Ends with what was there when it last looked: where
   * entries come in all the time, there would always be another one, and nothing would ever be published.
   */
  async function learnRest(): Promise<{ readonly changed: boolean; readonly faults: Faults }> {
    let changed = false;
    for (;;) {
      const refs = await store.log.refs(shopId, cursor, refsPerBatch);
      if (refs.length === 0) return { changed, faults: new Map() };
      const next = refs.at(-1)!.seq;
      const touched = [...new Set(refs.filter(touches).map(({ personId }) => personId))];
      const faults: Faults = new Map();
      for (let start = 0, people: readonly PersonId[]; start < touched.length; start += people.length) {
        people = touched.slice(start, start + peoplePerRead);
        // Nobody had added anything before the first entry.
        if (cursor > 0 && (await apply(people, cursor, -1, faults))) changed = true;
        if (await apply(people, next, 1, faults)) changed = true;
        await breathe();
      }
      if (faults.size > 0) return { changed, faults };
      cursor = next;
      changedSinceSaved ||= changed;
      if (refs.length < refsPerBatch) return { changed, faults };
    }
  }

  /** Learns all there is; what cannot be learnt from is put aside, and the rest learnt without it. */
  async function learnAround(): Promise<boolean> {
    let changed = false;
    for (;;) {
      const learnt = await learnRest();
      changed ||= learnt.changed;
      if (learnt.faults.size === 0) return changed;
      const isNew = await aside.add(learnt.faults);
      await load();
      changed = true;
      if (!isNew) throw new Error("learning fails on events that were put aside");
    }
  }

  return {
    async catchUp(again = false) {
      try {
        const takenBack = await aside.takeBack(again);
        // Somebody has put aside or taken back what these counts are made of.
        const isVoid = takenBack || (await store.consumers.epoch(shopId, consumer)) !== epoch;
        if (isVoid) await load();
        return (await learnAround()) || isVoid;
      } catch (error) {
        // Half a batch may have been added; what was saved last is whole.
        await load();
        throw error;
      }
    },
    async checkpoint() {
      if (cursor === savedCursor) return true;
      const saved = await store.consumers.save(shopId, consumer, savedCursor, cursor, encodeCounts(counts), epoch);
      if (saved) {
        savedCursor = cursor;
        changedSinceSaved = false;
      } else await load();
      return saved;
    },
    unsaved: () => ({ entries: cursor - savedCursor, counts: changedSinceSaved }),
    reload: load,
    cursor: () => cursor,
    counts: () => counts,
    touched: () => (allTouched ? null : new Set([...counts.touched].map((index) => counts.ids.idOf(index)))),
    settle() {
      counts.touched.clear();
      allTouched = false;
    },
    encoded: () => encodeCounts(counts),
  };
}
