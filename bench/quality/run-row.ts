import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readData } from "#cli/evaluation-data.ts";
import { type EvaluationOptions, requestOf } from "#cli/evaluation-options.ts";
import { orThrow } from "#domain/problem.ts";
import { evaluate } from "#evaluation/evaluate.ts";
import type { Evaluation } from "#evaluation/evaluation.ts";
import { evaluationTable } from "#evaluation/evaluation-table.ts";
import { type Choice, chooseParams } from "./contestants.ts";
import type { QualityRow, Verdict } from "./row.ts";

export type RowResult = {
  readonly evaluation: Evaluation;
  readonly choices: readonly Choice[];
  readonly floors: readonly (Verdict & { readonly says: string })[];
};

/** Reads, divides, fits and asks as `rapport evaluate` does, and holds what came out against the floors. */
export async function runRow(row: QualityRow, seed: number, secondsEach: number, tell: (line: string) => void): Promise<RowResult> {
  const folder = mkdtempSync(join(tmpdir(), "rapport-quality-"));
  try {
    const words = await row.prepare(folder);
    const options: EvaluationOptions = { data: folder, format: "table", set: [], ...words, metrics: row.metrics, seed };
    const data = await readData(options, row.protocol);
    for (const note of data.notes) tell(`  ${note}`);
    const request = requestOf(options, row.protocol, row.protocol === "rating" ? "rating-baseline" : "popular");
    const { models, choices } = chooseParams(data, request, row.contenders, secondsEach, tell);
    const evaluation = orThrow(evaluate(data, { ...request, models }, () => performance.now() / 1000));
    tell(`\n${indented(evaluationTable(evaluation))}`);
    const floors = row.floors.map((floor) => ({ says: floor.says, ...floor.judge(evaluation) }));
    return { evaluation, choices, floors };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const indented = (text: string) => text.trimEnd().replace(/^(?=.)/gm, "  ");
