import type { Transaction } from "kysely";
import type { LogSeq, ShopId } from "#domain/ids.ts";
import type { AppendOutcome, LogEntry } from "../ports.ts";
import type { Dialect } from "./dialect.ts";
import { logRow } from "./log-row.ts";
import type { Tables } from "./schema.ts";
import { withForgotten } from "./suppressions.ts";
import type { Consequences } from "./write-consequences.ts";
import { givingWay, writeDecisions } from "./write-decisions.ts";
import { writeIdentity } from "./write-identity.ts";
import { writeNames } from "./write-names.ts";
import { writeRetractions } from "./write-retractions.ts";

/**
 * Writes the entries and what follows from them (decisions in force, names, links) inside the caller's transaction.
 * Outcomes stand in the order of the entries; of two entries with one message id the first counts.
 */
export async function appendEntries(
  transaction: Transaction<Tables>,
  dialect: Dialect,
  shopId: ShopId,
  entries: readonly LogEntry[],
  consequences: Consequences = "derived",
): Promise<AppendOutcome[]> {
  await dialect.lockLog(transaction, shopId);
  const late = await withForgotten(await givingWay(transaction, shopId, entries), transaction, dialect, shopId, entries);
  const onTime = late.size === 0 ? entries : entries.filter((entry) => !late.has(entry));
  const seqs = await dialect.insertLog(
    transaction,
    onTime.map((entry) => logRow(shopId, entry)),
  );
  const fresh: { entry: LogEntry; seq: number }[] = [];
  let row = 0;
  const outcomes = entries.map((entry): AppendOutcome => {
    const seq = late.has(entry) ? null : seqs[row++]!;
    if (seq === null) return { kind: "duplicate" };
    fresh.push({ entry, seq });
    return { kind: "appended", seq: seq as LogSeq };
  });
  await writeNames(transaction, dialect, shopId, fresh);
  await writeDecisions(transaction, dialect, shopId, fresh);
  await writeRetractions(transaction, shopId, fresh);
  const refused = await writeIdentity(transaction, dialect, shopId, fresh, consequences);
  if (refused.size === 0) return outcomes;
  return outcomes.map((outcome) => {
    const limit = outcome.kind === "appended" ? refused.get(outcome.seq) : undefined;
    return limit === undefined ? outcome : { ...outcome, limit };
  });
}
