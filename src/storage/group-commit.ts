import type { ShopId } from "#domain/ids.ts";
import { ProblemError } from "#domain/problem.ts";
import type { AppendOutcome, LogEntry } from "./ports.ts";

export type AppendJob = { readonly shopId: ShopId; readonly entries: readonly LogEntry[] };
type Waiting = AppendJob & { resolve(outcomes: readonly AppendOutcome[]): void; reject(reason: unknown): void };

/** Entries that may wait for the disk before callers are told to come back later. */
const maxWaitingEntries = 50_000;
/** Entries written in one transaction. */
const maxEntriesPerCommit = 5_000;

/**
 * Gathers the appends that arrive while one is being written and writes them with the next: one flush to disk for
 * many callers. `write` gets the jobs of one transaction and answers in their order; when it fails, nothing of it was
 * stored and every caller of that transaction is told so. Throws ProblemError OVERLOADED when too much is waiting.
 */
export function createGroupCommit(write: (jobs: readonly AppendJob[]) => Promise<readonly (readonly AppendOutcome[])[]>) {
  const waiting: Waiting[] = [];
  let waitingEntries = 0;
  let running: Promise<void> | null = null;

  async function drain(): Promise<void> {
    // Lets every request that has already been read from its socket join the first transaction.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const jobs: Waiting[] = [];
      let entries = 0;
      while (waiting.length > 0 && (jobs.length === 0 || entries + waiting[0]!.entries.length <= maxEntriesPerCommit)) {
        const job = waiting.shift()!;
        jobs.push(job);
        entries += job.entries.length;
      }
      waitingEntries -= entries;
      try {
        const outcomes = await write(jobs);
        for (const [index, job] of jobs.entries()) job.resolve(outcomes[index]!);
      } catch (error) {
        for (const job of jobs) job.reject(error);
      }
    }
    running = null;
  }

  return {
    append(shopId: ShopId, entries: readonly LogEntry[]): Promise<readonly AppendOutcome[]> {
      if (entries.length === 0) return Promise.resolve([]);
      if (waitingEntries + entries.length > maxWaitingEntries && waitingEntries > 0) {
        return Promise.reject(new ProblemError({ code: "OVERLOADED", detail: "too many events are waiting for the disk" }));
      }
      return new Promise((resolve, reject) => {
        waiting.push({ shopId, entries, resolve, reject });
        waitingEntries += entries.length;
        running ??= drain();
      });
    },
    /** Resolves when nothing is waiting any more. */
    async settled(): Promise<void> {
      while (running !== null) await running;
    },
  };
}
