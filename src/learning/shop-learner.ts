import { eventWeight } from "#domain/event-weight.ts";
import type { LogSeq, PersonId, ShopId } from "#domain/ids.ts";
import { type Counts, countPerson, emptyCounts } from "#models/counts/counts.ts";
import { countsAreCurrent, decodeCounts, encodeCounts } from "#models/counts/counts-artefact.ts";
import { stepsOf } from "#models/step.ts";
import type { Gate } from "#privacy/gate.ts";
import type { LogRef, Store } from "#storage/ports.ts";

const consumer = "learn";
const refsPerBatch = 100_000;
const peoplePerRead = 200;
/** Rest between reads, so that requests get their turn while a large import is being learnt. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

export type ShopLearner = {
  /** Learns all that the log holds beyond the cursor. Answers whether anything changed the counts. */
  catchUp(): Promise<boolean>;
  /**
   * Saves the counts (as `encoded` gave them since the last change) and the cursor together; false when another process
   * has moved on, whose state is then taken over.
   */
  checkpoint(bytes: Uint8Array): Promise<boolean>;
  cursor(): LogSeq;
  counts(): Counts;
  /** The counts as bytes: what is checkpointed and what models are made from. */
  encoded(): Uint8Array;
};

const touches = (ref: LogRef) => ref.kind === "consent" || (ref.kind === "event" && ref.type !== null && eventWeight[ref.type] !== 0);

/**
 * The consumer that turns one shop's log into counts. What a person adds is a function of their events and their
 * decisions up to a position; so for everybody touched since the cursor, what they had added then is taken away and
 * what they add now is added. Withdrawal, import, replay and rebuild are all this one path.
 */
export async function openShopLearner(
  shopId: ShopId,
  deps: { readonly store: Pick<Store, "log" | "consumers">; readonly gate: Gate },
): Promise<ShopLearner> {
  const { store, gate } = deps;
  let cursor: LogSeq;
  let counts: Counts;
  let savedCursor: LogSeq;
  async function load(): Promise<void> {
    const saved = await store.consumers.load(shopId, consumer);
    const current = saved.state !== null && countsAreCurrent(saved.state);
    counts = current ? decodeCounts(saved.state!) : emptyCounts();
    cursor = current ? saved.cursor : (0 as LogSeq);
    savedCursor = saved.cursor;
  }
  await load();

  async function apply(people: readonly PersonId[], at: LogSeq, sign: 1 | -1): Promise<boolean> {
    const allowed = await gate.allowEach(shopId, people, "learn", at);
    if (allowed.size === 0) return false;
    const histories = await store.log.histories([...allowed.values()], { upTo: at });
    for (const events of histories.values()) countPerson(counts, events.flatMap(stepsOf), sign);
    return histories.size > 0;
  }

  async function learnRest(): Promise<boolean> {
    let changed = false;
    for (;;) {
      const refs = await store.log.refs(shopId, cursor, refsPerBatch);
      if (refs.length === 0) return changed;
      const next = refs.at(-1)!.seq;
      const touched = [...new Set(refs.filter(touches).map(({ personId }) => personId))];
      for (let start = 0; start < touched.length; start += peoplePerRead) {
        const people = touched.slice(start, start + peoplePerRead);
        // Nobody had added anything before the first entry.
        if (cursor > 0 && (await apply(people, cursor, -1))) changed = true;
        if (await apply(people, next, 1)) changed = true;
        await breathe();
      }
      cursor = next;
    }
  }

  return {
    async catchUp() {
      try {
        return await learnRest();
      } catch (error) {
        // Half a batch may have been added; what was saved last is whole.
        await load();
        throw error;
      }
    },
    async checkpoint(bytes) {
      if (cursor === savedCursor) return true;
      const saved = await store.consumers.save(shopId, consumer, savedCursor, cursor, bytes);
      if (saved) savedCursor = cursor;
      else await load();
      return saved;
    },
    cursor: () => cursor,
    counts: () => counts,
    encoded: () => encodeCounts(counts),
  };
}
