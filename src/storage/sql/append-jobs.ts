import type { Transaction } from "kysely";
import type { AppendJob } from "../group-commit.ts";
import type { AppendOutcome } from "../ports.ts";
import { appendEntries } from "./append-entries.ts";
import type { Dialect } from "./dialect.ts";
import type { Tables } from "./schema.ts";

/**
 * The appends of one transaction: those of one shop together, shop by shop in the order of their ids. Two processes that
 * write for the same two shops would otherwise wait for each other.
 */
export async function appendJobs(transaction: Transaction<Tables>, dialect: Dialect, jobs: readonly AppendJob[]): Promise<AppendOutcome[][]> {
  const outcomes: AppendOutcome[][] = [];
  const byShop = [...Map.groupBy(jobs.keys(), (index) => jobs[index]!.shopId)].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [shopId, indexes] of byShop) {
    const entries = indexes.flatMap((index) => jobs[index]!.entries);
    const written = await appendEntries(transaction, dialect, shopId, entries);
    let position = 0;
    for (const index of indexes) {
      const { length } = jobs[index]!.entries;
      outcomes[index] = written.slice(position, position + length);
      position += length;
    }
  }
  return outcomes;
}
