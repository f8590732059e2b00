import type { Transaction } from "kysely";
import type { ConsentDecision } from "#domain/consent.ts";
import type { ShopId } from "#domain/ids.ts";
import type { LogEntry } from "../ports.ts";
import { chunk } from "./chunk.ts";
import { createConsentStore } from "./consents.ts";
import { type Dialect, rowsPerStatement } from "./dialect.ts";
import { decisionExtras, undecided } from "./rows.ts";
import type { Tables } from "./schema.ts";

const nothingGivesWay: ReadonlySet<LogEntry> = new Set();

/** Decisions heard in passing, where a no has been said since they were looked at. The log is locked: none can come between. */
export async function givingWay(transaction: Transaction<Tables>, shopId: ShopId, entries: readonly LogEntry[]): Promise<ReadonlySet<LogEntry>> {
  const heard = entries.filter((entry) => entry.kind === "consent" && (entry.yields === true || entry.lapses !== undefined));
  if (heard.length === 0) return nothingGivesWay;
  const decisions = heard.flatMap((entry) => (entry.kind === "consent" ? [{ entry, ...entry.decision }] : []));
  const states = await createConsentStore(transaction).current(shopId, [...new Set(decisions.map(({ personId }) => personId))]);
  const saidNo = ({ personId, purpose, at, entry }: (typeof decisions)[number]) => {
    const now = states.get(personId)?.get(purpose);
    if (entry.kind === "consent" && entry.lapses !== undefined) return !isOver(now, entry.lapses, at);
    return now?.granted === false && now.source === "person";
  };
  return new Set(decisions.filter(saidNo).map(({ entry }) => entry));
}

/** A yes that has run out, or was given before what it was about has changed. */
const isOver = (now: ConsentDecision | undefined, lapses: "expired" | "notice-changed", at: number) =>
  now?.granted === true && (lapses === "expired" ? now.expiresAt != null && now.expiresAt <= at : now.at <= at);

/** What was decided, under the name it was decided under. */
export async function writeDecisions(
  transaction: Transaction<Tables>,
  dialect: Dialect,
  shopId: ShopId,
  fresh: readonly { readonly entry: LogEntry; readonly seq: number }[],
): Promise<void> {
  const rows = fresh.flatMap(({ entry, seq }) => {
    if (entry.kind !== "consent") return [];
    const { personId, purpose, granted, at, source, notice, how } = entry.decision;
    return [
      {
        ...{ shop_id: shopId, person_id: personId, purpose, seq, at, source, notice, how, ...decisionExtras(entry.decision) },
        ...{ granted: entry.lapses !== undefined ? undecided : granted ? 1 : 0, own: entry.name === null ? 0 : 1 },
      },
    ];
  });
  for (const part of chunk(rows, rowsPerStatement(dialect, 12))) await transaction.insertInto("consents").values(part).execute();
}
