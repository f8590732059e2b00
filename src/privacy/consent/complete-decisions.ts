import { byGpc, type ConsentDecision } from "#domain/consent.ts";
import type { ShopId } from "#domain/ids.ts";
import { isPurpose } from "#domain/purpose.ts";
import type { EventLog, LogEntry } from "#storage/ports.ts";
import type { ShopPolicies } from "../policy/shop-policies.ts";
import { addMonths } from "./months.ts";
import type { Notices } from "./notices.ts";

/**
 * The log, which gives every decision on its way in what a record of it must hold and its sender did not say: until when a
 * yes holds, and which notice was in force. One place for all the ways by which decisions come in.
 */
export function completeDecisions<Log extends EventLog>(
  log: Log,
  { policies, notices }: { readonly policies: ShopPolicies; readonly notices: Pick<Notices, "current" | "named"> },
): Log {
  async function complete(shopId: ShopId, entry: LogEntry): Promise<LogEntry> {
    if (entry.kind !== "consent" || entry.lapses !== undefined || !isPurpose(entry.decision.purpose)) return entry;
    const { decision } = entry;
    const { validityMonths } = (await policies.of(shopId)).consent;
    // Whoever sent it may end it sooner, and not hold on to it for longer.
    const longest = addMonths(decision.at, validityMonths);
    const expiresAt = decision.granted ? Math.min(decision.expiresAt ?? longest, longest) : null;
    return { ...entry, decision: { ...decision, expiresAt, proof: await proofOf(shopId, decision) } };
  }

  async function proofOf(shopId: ShopId, { proof, notice, how }: ConsentDecision): Promise<ConsentDecision["proof"]> {
    // A browser that opts out was shown nothing.
    if (proof?.noticeHash !== undefined || how === byGpc) return proof ?? null;
    const named = notice === null ? null : await notices.named(shopId, notice);
    const published = named?.published ?? (await notices.current(shopId));
    if (published === null) return proof ?? null;
    return { noticeHash: published.hash, noticeShown: named !== null, ...proof };
  }

  return {
    ...log,
    async append(shopId, entries, options) {
      if (!entries.some(({ kind }) => kind === "consent")) return log.append(shopId, entries, options);
      return log.append(shopId, await Promise.all(entries.map((entry) => complete(shopId, entry))), options);
    },
  };
}
