import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readData } from "#cli/evaluation-data.ts";
import { type EvaluationOptions, requestOf } from "#cli/evaluation-options.ts";
import { fullWeight } from "#domain/event-weight.ts";
import { orThrow } from "#domain/problem.ts";
import type { Interval } from "#evaluation/bootstrap.ts";
import { evaluate } from "#evaluation/evaluate.ts";
import type { EvaluationData } from "#evaluation/evaluation.ts";
import { readMetric } from "#evaluation/named-metric.ts";
import { linear } from "#models/linear/linear.ts";
import type { History } from "#models/step.ts";
import { denseLinear } from "./dense-linear.ts";
import type { QualityRow, Verdict } from "./row.ts";
import { missingFiles } from "./sources/shared-data.ts";

export type Compared = {
  readonly data: string;
  readonly items: number;
  readonly minSupport: number;
  readonly local: Interval;
  readonly dense: Interval;
  readonly difference: Interval;
  readonly ratio: number;
  readonly seconds: { readonly local: number; readonly dense: number };
  readonly verdict: Verdict["verdict"];
};

const leastRatio = 0.98;
/** What is solved at once in a minute or two; of a larger catalogue the items with more support, for both alike. */
const mostItems = 4000;
const mostCases = 4000;

/** On each data set of lists, without content, with the defaults otherwise. */
export async function compareLocal(rows: readonly QualityRow[], seed: number, tell: (line: string) => void): Promise<Compared[]> {
  const compared: Compared[] = [];
  for (const row of rows) {
    if (row.protocol === "rating") continue;
    if (missingFiles(row.needs).length > 0) {
      tell(`  ${row.name}: skipped, there is no ../shared/data/${missingFiles(row.needs)[0]}`);
      continue;
    }
    const one = await compareOn(row, seed);
    tell(
      `  ${one.verdict.padEnd(8)}  ${row.name.padEnd(20)}  ndcg@10 ${one.local.mean.toFixed(4)} / ${one.dense.mean.toFixed(4)} = ${one.ratio.toFixed(4)}` +
        `  (${one.items} items${one.minSupport > 0 ? ` of support ${one.minSupport.toFixed(2)}` : ""}; fit ${one.seconds.local.toFixed(1)} s, dense ${one.seconds.dense.toFixed(1)} s)`,
    );
    compared.push(one);
  }
  return compared;
}

async function compareOn(row: QualityRow, seed: number): Promise<Compared> {
  const folder = mkdtempSync(join(tmpdir(), "rapport-quality-"));
  try {
    const words = await row.prepare(folder);
    const options: EvaluationOptions = { data: folder, format: "table", set: [], ...words, seed };
    const data: EvaluationData = { ...(await readData(options, row.protocol)), content: null };
    const minSupport = supportFor(data.histories);
    const params = { minSupport };
    const models = [linear, denseLinear].map((factory) => ({ factory, params }));
    const metrics = [orThrow(readMetric("ndcg@10"))] as const;
    const request = { ...requestOf(options, row.protocol, "popular"), models, metrics, maxCases: mostCases };
    const { results, comparisons } = orThrow(evaluate(data, request, () => performance.now() / 1000));
    const [local, dense] = results.map((one) => one.metrics["ndcg@10"]!);
    const { mean, low, high } = comparisons[0]!.metrics["ndcg@10"]!;
    const ratio = local!.mean / dense!.mean;
    return {
      data: row.name,
      items: results[0]!.items,
      minSupport,
      local: local!,
      dense: dense!,
      difference: { mean: -mean, low: -high, high: -low },
      ratio,
      seconds: { local: results[0]!.fitSeconds, dense: results[1]!.fitSeconds },
      verdict: ratio >= leastRatio ? "pass" : local!.mean - leastRatio * dense!.mean + (high - mean) >= 0 ? "in doubt" : "fail",
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The support, in purchases as `linear` counts them, from which on the catalogue is small enough; 0 where it is anyway. */
function supportFor(histories: readonly History[]): number {
  const supports = new Map<string, number>();
  for (const history of histories) {
    const strongest = new Map<string, number>();
    for (const { itemId, weight } of history) strongest.set(itemId, Math.max(strongest.get(itemId) ?? 0, weight));
    for (const [itemId, weight] of strongest) supports.set(itemId, (supports.get(itemId) ?? 0) + weight ** 2);
  }
  const falling = [...supports.values()].sort((a, b) => b - a);
  const first = falling[mostItems];
  // Between the whole numbers, so that rounding decides nothing.
  return first === undefined ? 0 : (first + 0.5) / fullWeight ** 2;
}
