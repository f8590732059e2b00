import type { Interval } from "./bootstrap.ts";
import type { Evaluation, ModelResult } from "./evaluation.ts";
import { protocols } from "./protocols/protocols.ts";

/** With fewer, a resample hardly differs from the sample. */
const fewCases = 30;

/** An evaluation in lines for people: what was asked, how good each model was, what else it does. */
export function evaluationTable(evaluation: Evaluation): string {
  const { dataset, test, protocol, part, cutAt, cases, repeats, seed, results, comparisons } = evaluation;
  const metrics = Object.keys(results[0]?.metrics ?? {});
  const { answers, asks } = protocols[protocol];
  const masked = repeats ? "" : " without each user's own past";
  const lines = [
    `${count(dataset.users)} users, ${count(dataset.items)} items, ${count(dataset.events)} events`,
    ...(test === null ? [] : [`test file: ${count(test.users)} users, ${count(test.items)} items, ${count(test.events)} events`]),
    `${protocol}, ${part}: ${count(cases)} ${answers === "ratings" ? "ratings" : "cases"}; ${test === null ? asks : "asked for what the test file holds"}`,
    ...(cutAt === null ? [] : [`time cut at ${cutAt.slice(0, 16).replace("T", " ")} UTC`]),
    ...(cases < fewCases ? [`Only ${count(cases)} cases: the bounds say little, whatever they say.`] : []),
    `${answers === "ratings" ? "clipped to the scale learnt from; less is better" : `ranked over the full catalogue${masked}`}; in brackets 95 % of 1000 bootstrap resamples, seed ${seed}`,
    "",
    ...aligned([["model", ...metrics], ...results.map((one) => [one.model, ...metrics.map((name) => withBounds(one.metrics[name]!))])]),
    "",
    ...beside(results),
  ];
  if (comparisons.length > 0) {
    const rows = comparisons.map((one) => [`${one.model} − ${one.with}`, ...metrics.map((name) => signed(one.metrics[name]!))]);
    lines.push("", ...aligned([["difference, paired", ...metrics], ...rows]));
  }
  return `${lines.join("\n")}\n`;
}

function beside(results: readonly ModelResult[]): string[] {
  const costs = ({ items, fitSeconds, scoreSeconds }: ModelResult) => [count(items), `${fitSeconds.toFixed(1)} s`, `${scoreSeconds.toFixed(1)} s`];
  const first = results[0]?.beyond;
  if (first === undefined || first === null) {
    return aligned([["", "items", "fit", "scoring"], ...results.map((one) => [one.model, ...costs(one)])]);
  }
  const rows = results.map((one) => {
    const { coverage, gini, novelty, popularityLift, diversity, calibration } = one.beyond!;
    const lift = `${popularityLift >= 0 ? "+" : ""}${(100 * popularityLift).toFixed(0)} %`;
    const perhaps = [diversity, calibration].map((value) => (value === null ? "–" : value.toFixed(3)));
    return [one.model, coverage.toFixed(3), gini.toFixed(3), `${novelty.toFixed(2)} bit`, lift, ...perhaps, ...costs(one)];
  });
  const head = [`first ${first.k}`, "coverage", "gini", "novelty", "popularity lift", "diversity", "miscalibration", "items", "fit", "scoring"];
  return aligned([head, ...rows]);
}

function count(value: number): string {
  return value.toLocaleString("en");
}

function withBounds({ mean, low, high }: Interval): string {
  return `${mean.toFixed(4)} [${low.toFixed(4)} ${high.toFixed(4)}]`;
}

/** A star: 0 lies outside the bounds. */
function signed({ mean, low, high }: Interval): string {
  return `${mean >= 0 ? "+" : ""}${withBounds({ mean, low, high })}${low > 0 || high < 0 ? " *" : "  "}`;
}

/** The first column to the left, the others to the right. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
}
