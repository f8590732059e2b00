import type { FeedFinding, FeedRun } from "#domain/feed.ts";
import { ProblemError } from "#domain/problem.ts";
import { noteReasons, refusalReasons } from "#ingestion/feeds/row-findings.ts";

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const shortestMs = 10_000;
const longestMs = 90 * 86_400_000;

/** "30m", "6h", "1d" */
export function durationOf(text: string): number {
  const [, amount, unit] = /^(\d{1,6})\s*([smhd])$/.exec(text.trim()) ?? [];
  const ms = amount === undefined ? Number.NaN : Number(amount) * units[unit!]!;
  if (ms >= shortestMs && ms <= longestMs) return ms;
  throw new ProblemError({ code: "OPTION_INVALID", detail: `--every ${text}: write 30m, 6h or 1d; at least 10s, at most 90d` });
}

export function durationInWords(ms: number): string {
  const unit = ["d", "h", "m", "s"].find((one) => ms % units[one]! === 0) ?? "s";
  return `${Math.round(ms / units[unit]!)}${unit}`;
}

const words: Readonly<Record<string, string>> = { ...refusalReasons, ...noteReasons };

/** One line a reason, with the first example. */
function findingLines(findings: readonly FeedFinding[]): string[] {
  return findings.map(({ reason, rows, examples: [first] }) => {
    const place = first === undefined ? "" : `, such as row ${first.row}${first.itemId === null ? "" : ` (${first.itemId.slice(0, 60)})`}`;
    const value = first === undefined || first.field === "" ? "" : `: ${first.field}${first.value === "" ? "" : ` ${JSON.stringify(first.value)}`}`;
    return `  ${String(rows).padStart(8)}  ${reason}, ${words[reason] ?? ""}${place}${value}`;
  });
}

/** What a run did (or would do), as lines. */
export function runLines(run: FeedRun, dryRun: boolean): string[] {
  if (run.outcome === "unmodified") return ["nothing new: the server has the same version as before"];
  const count = (findings: readonly FeedFinding[]) => findings.reduce((sum, { rows }) => sum + rows, 0);
  const seconds = ((run.finishedAt - run.startedAt) / 1000).toFixed(1);
  const [refused, noted] = [count(run.refused), count(run.noted)];
  return [
    `${dryRun ? "would do: " : ""}${run.rows} rows (${run.format ?? "unread"}): ${run.added} new items, ${run.changed} changed, ${run.unchanged} unchanged, ${run.removed} taken off sale; in ${seconds} s`,
    refused === 0 ? "no row was left out" : `${refused} ${refused === 1 ? "row" : "rows"} left out; what was known of their items stays:`,
    ...findingLines(run.refused),
    ...(noted === 0 ? [] : ["taken, but:", ...findingLines(run.noted)]),
  ];
}
