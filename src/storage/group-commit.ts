import type { ShopId } from "#domain/ids.ts";
import { ProblemError } from "#domain/problem.ts";
import type { AppendOutcome, LogEntry } from "./ports.ts";

export type AppendJob = { readonly shopId: ShopId; readonly entries: readonly LogEntry[]; readonly lazily?: boolean };
type Waiting = AppendJob & {
  readonly size: number;
  readonly since: number;
  resolve(outcomes: readonly AppendOutcome[]): void;
  reject(reason: unknown): void;
};
type Write = (jobs: readonly AppendJob[]) => Promise<readonly (readonly AppendOutcome[])[]>;

/** Entries that may wait for the disk before callers are told to come back later; one with many lines counts as several. */
const maxWaitingSize = 50_000;
/** Entries written in one transaction. */
const maxSizePerCommit = 5_000;
/** Whoever has waited so long for their turn is told to come back: clients give up after ten seconds, and then nobody knows. */
const maxWaitMs = 5_000;
const linesLikeAnEntry = 10;
/** So long it is waited at most for those who were answered together and are about to come back. */
const maxGatherMs = 4;

const overloaded = () => new ProblemError({ code: "OVERLOADED", detail: "too many events are waiting for the disk" });

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
export function createGroupCommit(write: Write, limit = maxWaitingSize, elapsedMs = () => performance.now()) {
  const waiting: Waiting[] = [];
  let waitingSize = 0;
  let running: Promise<void> | null = null;
  const lazies = new Set<Promise<unknown>>();
  let last = { jobs: 0, ms: 0 };
  let onArrival = () => {};

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
      const isStores = error instanceof ProblemError;
      if (!isStores && jobs.length > 1) {
        // One of them is at fault, and the others shall not pay for it.
        for (const job of jobs) await writeAll([job]);
        return;
      }
      for (const job of jobs) job.reject(error);
      // Who waits behind them would wait as long, and for the same.
      if (isStores && error.problem.code === "STORE_UNAVAILABLE") giveUp(error);
    }
  }

  function giveUp(error: ProblemError, jobs = waiting.length): void {
    for (const job of waiting.splice(0, jobs)) {
      waitingSize -= job.size;
      job.reject(error);
    }
  }

  /**
   * Clients that were answered together come back together, a moment apart. Where the first of them were not waited for,
   * they would be written alone and the others wait behind them: two flushes to disk instead of one. Waits until as many
   * are there as last time, and no longer than half of what that flush took.
   */
  async function gather(): Promise<void> {
    // Every request that has already been read from its socket.
    await new Promise((resolve) => setImmediate(resolve));
    if (waiting.length >= last.jobs) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.min(maxGatherMs, last.ms / 2));
      onArrival = () => {
        if (waiting.length < last.jobs) return;
        clearTimeout(timer);
        resolve();
      };
    });
    onArrival = () => {};
  }

  async function drain(): Promise<void> {
    await gather();
    while (waiting.length > 0) {
      const latest = elapsedMs() - maxWaitMs;
      const tooLate = waiting.findIndex(({ since }) => since > latest);
      if (tooLate !== 0) giveUp(overloaded(), tooLate < 0 ? waiting.length : tooLate);
      const jobs = take();
      if (jobs.length === 0) break;
      const begun = elapsedMs();
      await writeAll(jobs);
      last = { jobs: jobs.length, ms: elapsedMs() - begun };
      // What is being written waits too, until it is on the disk.
      for (const { size } of jobs) waitingSize -= size;
    }
    waitingSize = 0;
    running = null;
  }

  return {
    append(shopId: ShopId, entries: readonly LogEntry[], { lazily = false }: { readonly lazily?: boolean } = {}): Promise<readonly AppendOutcome[]> {
      if (entries.length === 0) return Promise.resolve([]);
      const size = sizeOf(entries);
      if (waitingSize + size > limit && waitingSize > 0) {
        return Promise.reject(overloaded());
      }
      const written = new Promise<readonly AppendOutcome[]>((resolve, reject) => {
        waiting.push({ shopId, entries, lazily, size, since: elapsedMs(), resolve, reject });
        waitingSize += size;
        onArrival();
        running ??= drain();
      });
      if (lazily) {
        lazies.add(written);
        const end = () => void lazies.delete(written);
        written.then(end, end);
      }
      return written;
    },
    /** Resolves when what was appended lazily until now can be read, or failed. */
    async caughtUp(): Promise<void> {
      if (lazies.size > 0) await Promise.allSettled([...lazies]);
    },
    /** Resolves when nothing is waiting any more. */
    async settled(): Promise<void> {
      while (running !== null) await running;
    },
  };
}
