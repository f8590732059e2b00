import type { Interval } from "./bootstrap.ts";
import type { Evaluation } from "./evaluate.ts";

/** With fewer, a resample hardly differs from the sample. */
const fewCases = 30;

/** An evaluation in lines for people: what was asked, how good each model was, what else it does. */
export function evaluationTable({ dataset, protocol, part, cutAt, cases, seed, results, comparisons }: Evaluation): string {
  const count = (value: number) => value.toLocaleString("en");
  const metrics = Object.keys(results[0]?.metrics ?? {});
  const asked =
    cutAt === null
      ? `asked for the last ${part === "test" ? "" : "but one "}of three or more events (an order is one; of several at the last time one by a fixed draw)`
      : `learnt from before ${cutAt.slice(0, 16).replace("T", " ")} UTC, asked for what was new after`;
  const lines = [
    `${count(dataset.users)} users, ${count(dataset.items)} items, ${count(dataset.events)} events`,
    `${protocol}, ${part}: ${count(cases)} cases; ${asked}`,
    ...(cases < fewCases ? [`Only ${count(cases)} cases: the bounds say little, whatever they say.`] : []),
    `ranked over the full catalogue without each user's own past; in brackets 95 % of 1000 bootstrap resamples, seed ${seed}`,
    "",
    ...aligned([["model", ...metrics], ...results.map((one) => [one.model, ...metrics.map((name) => withBounds(one.metrics[name]!))])]),
    "",
    ...aligned([
      [`first ${results[0]?.beyond.k}`, "coverage", "gini", "novelty", "popularity lift", "items", "fit", "scoring"],
      ...results.map(({ model, items, beyond, fitSeconds, scoreSeconds }) => [
        model,
        beyond.coverage.toFixed(3),
        beyond.gini.toFixed(3),
        `${beyond.novelty.toFixed(2)} bit`,
        `${beyond.popularityLift >= 0 ? "+" : ""}${(100 * beyond.popularityLift).toFixed(0)} %`,
        count(items),
        `${fitSeconds.toFixed(1)} s`,
        `${scoreSeconds.toFixed(1)} s`,
      ]),
    ]),
  ];
  if (comparisons.length > 0) {
    const rows = comparisons.map((one) => [`${one.model} − ${one.with}`, ...metrics.map((name) => signed(one.metrics[name]!))]);
    lines.push("", ...aligned([["difference, paired", ...metrics], ...rows]));
  }
  return `${lines.join("\n")}\n`;
}

function withBounds({ mean, low, high }: Interval): string {
  return `${mean.toFixed(4)} [${low.toFixed(4)} ${high.toFixed(4)}]`;
}

/** A star: 0 lies outside the bounds. */
function signed({ mean, low, high }: Interval): string {
  return `${mean >= 0 ? "+" : ""}${withBounds({ mean, low, high })}${low > 0 || high < 0 ? " *" : "  "}`;
}

/** The first column to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
}
