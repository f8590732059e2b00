import { aligned, evaluationTable } from "../evaluation-table.ts";
import type { Tuned } from "./tune.ts";

/** What was found, in lines for people: how much was tried, the parameters as `--set` takes them, then the test. */
export function tuningTable(tuned: Tuned): string {
  const [metric = ""] = Object.keys(tuned.tuning[0]?.validation ?? {});
  const rows = tuned.tuning.map(({ model, validation, defaults, tried, finished, seconds }) => [
    model,
    defaults[metric]!.toFixed(4),
    validation[metric]!.toFixed(4),
    `${tried}`,
    `${finished}`,
    `${seconds.toFixed(0)} s`,
  ]);
  const found = tuned.results.map(({ model, params }) =>
    Object.entries(params)
      .map(([name, value]) => `--set '${model}.${name}=${value}'`)
      .join(" "),
  );
  const head = [`${metric} on validation`, "defaults", "best", "tried", "asked everything", "time"];
  return `${[...aligned([head, ...rows]), "", ...found.filter((line) => line !== ""), "", evaluationTable(tuned)].join("\n")}`;
}
