import { firstSeq, type LogSeq, type ShopId } from "#domain/ids.ts";
import type { PersonIds } from "#privacy/person-ids.ts";
import type { RestoredEntry } from "#storage/ports/transfer-store.ts";
import type { LogEntry, Store } from "#storage/ports.ts";
import { entryOfRecord } from "./entry-of-record.ts";
import { forgottenRows } from "./forgotten-rows.ts";
import { createFindPerson } from "./person-words.ts";
import type { ReadRow } from "./read-records.ts";
import { RowRefused } from "./record-fields.ts";
import { createRestoreTally, type RestoreSummary } from "./restore-tally.ts";

const rowsPerWrite = 2_000;

export type RestoreDeps = {
  readonly store: Pick<Store, "log" | "consents" | "transfer" | "catalogue" | "feeds" | "forgetting">;
  readonly personIds: PersonIds;
};

/**
 * Writes an exported log back. Into a shop whose log is empty, or the beginning of the exported one, it goes as it stood, so
 * that the log ends the same, and an import that broke off goes on where it was. Where the shop has lived on by itself,
 * what it does not know yet is added to what it knows; then a yes of the file does not undo what somebody has decided
 * here since, and what follows from decisions is worked out anew.
 */
export async function restoreEvents(shopId: ShopId, pages: AsyncIterable<readonly ReadRow[]>, deps: RestoreDeps): Promise<RestoreSummary> {
  const { store, personIds } = deps;
  const tally = createRestoreTally("events");
  const findPerson = createFindPerson(shopId, personIds);
  const beginning = createBeginning(shopId, store);
  for await (const page of pages) {
    const entries: RestoredEntry[] = [];
    const forgotten = await forgottenRows(shopId, page, store.forgetting);
    for (const one of page) {
      const { row, record } = one;
      tally.sums.rows++;
      try {
        if (forgotten.has(one)) throw new RowRefused("about somebody who was forgotten");
        if (record === null) throw new RowRefused("not readable");
        entries.push(await entryOfRecord(shopId, record, { findPerson, personIds }));
      } catch (error) {
        if (!(error instanceof RowRefused)) throw error;
        tally.reject(error.message, row);
      }
    }
    for (let start = 0; start < entries.length; start += rowsPerWrite) {
      const part = entries.slice(start, start + rowsPerWrite);
      const same = await beginning.passed(part);
      tally.sums.known += same;
      const rest = part.slice(same);
      if (rest.length === 0) continue;
      if (beginning.isWhole()) {
        const written = await store.transfer.restore(shopId, rest);
        tally.sums.restored += written;
        tally.sums.known += rest.length - written;
      } else await addTo(shopId, rest, store, tally.sums);
    }
  }
  return tally.summary();
}

/** Follows the shop's own log beside the file for as long as they say the same. */
function createBeginning(shopId: ShopId, { transfer, log }: RestoreDeps["store"]) {
  let after: LogSeq = firstSeq;
  let ahead: readonly { messageId: string; follows: boolean }[] = [];
  let parted = false;
  let ended = false;
  let head: LogSeq | null = null;

  async function next() {
    if (ahead.length > 0 || ended) return ahead[0];
    head ??= await log.head(shopId);
    const entries = await transfer.entries(shopId, after, head, rowsPerWrite);
    ended = entries.length === 0;
    after = entries.at(-1)?.seq ?? after;
    ahead = entries.map(({ messageId, decision }) => ({ messageId, follows: decision?.own === false }));
    return ahead[0];
  }
  return {
    /** How many of these, from the first on, the shop's log holds at the same place. */
    async passed(entries: readonly RestoredEntry[]): Promise<number> {
      if (parted) return 0;
      let same = 0;
      for (const entry of entries) {
        const mine = await next();
        if (mine === undefined) return same;
        const isSame = entry.as === "follows" ? mine.follows : mine.messageId === messageIdOf(entry);
        if (!isSame) {
          parted = true;
          return same;
        }
        ahead = ahead.slice(1);
        same++;
      }
      return same;
    },
    /** The shop's log has ended and said nothing else. */
    isWhole: () => !parted && ended,
  };
}

const messageIdOf = (entry: Exclude<RestoredEntry, { as: "follows" }>) =>
  entry.as === "inert" ? entry.messageId : entry.entry.kind === "event" ? entry.entry.event.messageId : entry.entry.messageId;

async function addTo(
  shopId: ShopId,
  restored: readonly RestoredEntry[],
  { log, consents }: RestoreDeps["store"],
  sums: { restored: number; known: number; older: number },
): Promise<void> {
  const entries = restored.flatMap((one): LogEntry[] => (one.as === "entry" ? [one.entry] : []));
  sums.known += restored.length - entries.length;
  const decided = entries.flatMap((entry) => (entry.kind === "consent" ? [entry.decision.personId] : []));
  const current = await consents.current(shopId, [...new Set(decided)]);
  const isOlder = (entry: LogEntry) => {
    if (entry.kind !== "consent" || !entry.decision.granted) return false;
    const mine = current.get(entry.decision.personId)?.get(entry.decision.purpose);
    return mine !== undefined && !mine.granted && mine.at >= entry.decision.at;
  };
  const fresh = entries.filter((entry) => !isOlder(entry));
  sums.older += entries.length - fresh.length;
  for (const outcome of await log.append(shopId, fresh)) {
    if (outcome.kind === "appended") sums.restored++;
    else sums.known++;
  }
}
