import type { ShopId } from "#domain/ids.ts";
import { ProblemError } from "#domain/problem.ts";
import type { AppendOutcome, LogEntry } from "./ports.ts";

export type AppendJob = { readonly shopId: ShopId; readonly entries: readonly LogEntry[] };
type Waiting = AppendJob & { readonly size: number; resolve(outcomes: readonly AppendOutcome[]): void; reject(reason: unknown): void };
type Write = (jobs: readonly AppendJob[]) => Promise<readonly (readonly AppendOutcome[])[]>;

/** Entries that may wait for the disk before callers are told to come back later; one with many lines counts as several. */
const maxWaitingSize = 50_000;
/** Entries written in one transaction. */
const maxSizePerCommit = 5_000;
const linesLikeAnEntry = 10;

function sizeOf(entries: readonly LogEntry[]): number {
  let size = entries.length;
  for (const entry of entries) if (entry.kind === "event" && entry.event.lines.length > 1) size += entry.event.lines.length / linesLikeAnEntry;
  return size;
}

/**
 * Gathers the appends that arrive while one is being written and writes them with the next: one flush to disk for
 * many callers. `write` gets the jobs of one transaction and answers in their order; when it fails, nothing of it was
 * stored and every caller of that transaction is told so. Throws ProblemError OVERLOADED when too much is waiting.
 */
export function createGroupCommit(write: Write, limit = maxWaitingSize) {
  const waiting: Waiting[] = [];
  let waitingSize = 0;
  let running: Promise<void> | null = null;

  function take(): Waiting[] {
    let [jobs, size] = [0, 0];
    while (jobs < waiting.length && (jobs === 0 || size + waiting[jobs]!.size <= maxSizePerCommit)) size += waiting[jobs++]!.size;
    return waiting.splice(0, jobs);
  }

  async function writeAll(jobs: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await write(jobs);
      for (const [index, job] of jobs.entries()) job.resolve(outcomes[index]!);
    } catch (error) {
      // A store that is full or gone is so for all of them. Otherwise one of them is at fault, and the others shall not pay for it.
      if (error instanceof ProblemError || jobs.length === 1) for (const job of jobs) job.reject(error);
      else for (const job of jobs) await writeAll([job]);
    }
  }

  async function drain(): Promise<void> {
    // Lets every request that has already been read from its socket join the first transaction.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const jobs = take();
      await writeAll(jobs);
      // What is being written waits too, until it is on the disk.
      for (const { size } of jobs) waitingSize -= size;
    }
    waitingSize = 0;
    running = null;
  }

  return {
    append(shopId: ShopId, entries: readonly LogEntry[]): Promise<readonly AppendOutcome[]> {
      if (entries.length === 0) return Promise.resolve([]);
      const size = sizeOf(entries);
      if (waitingSize + size > limit && waitingSize > 0) {
        return Promise.reject(new ProblemError({ code: "OVERLOADED", detail: "too many events are waiting for the disk" }));
      }
      return new Promise((resolve, reject) => {
        waiting.push({ shopId, entries, size, resolve, reject });
        waitingSize += size;
        running ??= drain();
      });
    },
    /** Resolves when nothing is waiting any more. */
    async settled(): Promise<void> {
      while (running !== null) await running;
    },
  };
}
