import canonicalize from "canonicalize";
import type { ShopId } from "#domain/ids.ts";
import { type AuditHead, type AuditOpening, type AuditRow, noAuditHead } from "#storage/ports/audit-store.ts";
import type { JsonWebKeyWithKid } from "../vault/signer.ts";
import { verifySigned } from "../vault/verify-signed.ts";
import type { ReadAnchors } from "./anchor.ts";
import { type AuditEntry, commitmentOf, hashAfter, type Opening } from "./audit-entry.ts";

export type Finding = { readonly seq: number | null; readonly what: string };

/** Follows a chain from its beginning, a row at a time. */
export function createChainCheck(shopId: ShopId, anchored: ReadonlySet<number>) {
  const findings: Finding[] = [];
  /** Hashes as they were computed here, where an anchor names one. */
  const hashes = new Map<number, string>();
  let head: AuditHead = noAuditHead;
  let entries = 0;
  const report = (seq: number | null, what: string) => void findings.push({ seq, what });

  function read(row: AuditRow): AuditEntry | null {
    try {
      const entry = JSON.parse(row.entry) as AuditEntry;
      if (canonicalize(entry) !== row.entry) report(row.seq, "the entry is not in its canonical form");
      return entry;
    } catch {
      report(row.seq, "the entry is no JSON");
      return null;
    }
  }

  return {
    findings,
    hashes,
    entries: () => entries,
    head: () => head,

    next(row: AuditRow, openings: readonly AuditOpening[]): void {
      entries++;
      if (row.seq !== head.seq + 1)
        report(row.seq, row.seq > head.seq + 1 ? `entries ${head.seq + 1} to ${row.seq - 1} are missing` : "the order of the entries is broken");
      const entry = read(row);
      if (entry !== null) {
        if (entry.seq !== row.seq) report(row.seq, `the entry says that it is number ${String(entry.seq)}`);
        if (entry.shop !== shopId) report(row.seq, "the entry is of another shop");
        for (const opening of openings) {
          const why = whyNot(entry, opening);
          if (why !== null) report(row.seq, why);
        }
      }
      const computed = hashAfter(head.hash, row.entry);
      if (computed !== row.hash) report(row.seq, "its hash is not the one of the entry and of all before it");
      if (anchored.has(row.seq)) hashes.set(row.seq, computed);
      // From here on by what stands there: so that a second place is found as well.
      head = { seq: row.seq, hash: row.hash };
    },

    /** Openings of no entry. */
    stray(opening: AuditOpening): void {
      report(opening.seq, "there is an opening of an entry that is not there");
    },
  };
}

/** What is wrong with an opening; null: nothing. */
function whyNot(entry: AuditEntry, { position, personId, at, text }: AuditOpening): string | null {
  const commitment = entry.subjects?.[position];
  if (commitment === undefined) return "there is an opening of nothing in it";
  if (text === null) return "an opening of it cannot be opened";
  try {
    const opening = JSON.parse(text) as Opening;
    if (commitmentOf(opening) !== commitment) return "an opening does not fit its commitment";
    if (opening.person !== personId) return "an opening is filed under another person";
  } catch {
    return "an opening of it is no JSON";
  }
  return Date.parse(entry.at) === at ? null : "an opening is filed under another time";
}

/** The anchors of one shop against its chain: what was written anew, or cut off, after one was made, is found here. */
export function checkAnchors(
  shopId: ShopId,
  { anchors, damagedLines }: ReadAnchors,
  keys: readonly JsonWebKeyWithKid[],
  chain: { readonly head: AuditHead; readonly hashes: ReadonlyMap<number, string> },
): { readonly findings: readonly Finding[]; readonly checked: number; readonly upTo: number | null } {
  const findings: Finding[] = damagedLines.map((line) => ({ seq: null, what: `line ${line} of the anchors cannot be read` }));
  let before: { readonly seq: number; readonly hash: string } | null = null;
  let checked = 0;
  for (const anchor of anchors) {
    if (anchor.shop !== shopId) continue;
    const verdict = verifySigned(anchor, keys);
    if (!verdict.verified) {
      findings.push({ seq: anchor.seq, what: `an anchor is not to be believed: ${verdict.why}` });
      continue;
    }
    checked++;
    if (JSON.stringify(anchor.after) !== JSON.stringify(before)) findings.push({ seq: anchor.seq, what: "an anchor before this one is missing" });
    before = { seq: anchor.seq, hash: anchor.hash };
    if (anchor.seq > chain.head.seq)
      findings.push({ seq: anchor.seq, what: `the chain ends at ${chain.head.seq}: it was cut off, or an older backup was restored` });
    else if (chain.hashes.get(anchor.seq) !== anchor.hash)
      findings.push({ seq: anchor.seq, what: "the chain was written anew since it was anchored here" });
  }
  return { findings, checked, upTo: before?.seq ?? null };
}
