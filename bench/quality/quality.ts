import { parseArgs } from "node:util";
import { keepResult } from "../support/keep-result.ts";
import { describeMachine } from "../support/machine.ts";
import { compareLocal } from "./local-against-dense.ts";
import { rows } from "./rows.ts";
import { runRow } from "./run-row.ts";
import { missingFiles } from "./sources/shared-data.ts";
import { summaryOf } from "./summary.ts";

// npm run bench:quality [-- --only ml-100k-loo,tafeng] [--seconds 120] [--seed 1] [--json]
// How good the models are on the data of ../shared/data, beside their floors. `--seconds`: to tune each model in, 0 for defaults.
// What was measured is kept in bench/results/quality.json, a part for each name.

const { values: asked } = parseArgs({
  options: {
    only: { type: "string" },
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
const names = [...rows.map(({ name }) => name), "local"];
const only = asked.only?.split(",") ?? names;
const [seconds, seed] = [Number(asked.seconds), Number(asked.seed)];
const unknown = only.find((name) => !names.includes(name));
if (unknown !== undefined) throw new Error(`there is no ${unknown}; there are ${names.join(", ")}`);
if (!(seconds >= 0) || !Number.isInteger(seed)) throw new Error("--seconds takes a number, --seed a whole one");

const tell = asked.json ? () => {} : (line: string) => console.log(line);
const machine = describeMachine();
tell(`quality on ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, node ${machine.node}, ${machine.commit}`);
tell(`  seed ${seed}, ${seconds} s to tune each model that is tuned\n`);

const verdicts: string[][] = [];
const found: Record<string, unknown> = {};
const keep = (name: string, part: object) => {
  const command = `npm run bench:quality -- --only ${name} --seconds ${seconds} --seed ${seed}`;
  found[name] = { date: new Date().toISOString().slice(0, 10), machine, command, ...part };
  keepResult("quality", { [name]: found[name] });
};

for (const row of rows) {
  if (!only.includes(row.name)) continue;
  tell(`${row.name}: ${row.about}`);
  const missing = missingFiles(row.needs);
  if (missing.length > 0) {
    tell(`  skipped: there is no ../shared/data/${missing[0]}\n`);
    continue;
  }
  const result = await runRow(row, seed, seconds, tell);
  for (const line of row.yardsticks ?? []) tell(`  elsewhere: ${line}`);
  for (const { says, found: figure, verdict } of result.floors) {
    tell(`  ${verdict.padEnd(8)}  ${says}: ${figure}`);
    verdicts.push([row.name, says, figure, verdict]);
  }
  tell("");
  keep(row.name, { about: row.about, seconds, ...summaryOf(result), elsewhere: row.yardsticks ?? [] });
}
if (only.includes("local")) {
  tell("local: linear on the neighbours that it takes by itself, against the whole regression at once with the same parameters");
  const compared = await compareLocal(rows, seed, tell);
  for (const { data, ratio, verdict } of compared) verdicts.push([data, "local / dense ndcg@10 ≥ 0.98", ratio.toFixed(4), verdict]);
  tell("");
  if (compared.length > 0) keep("local", { compared });
}

if (asked.json) console.log(JSON.stringify({ bench: "quality", parts: found }));
else {
  const width = (column: number) => Math.max(...verdicts.map((line) => line[column]!.length));
  for (const [name, says, figure, verdict] of verdicts) {
    tell(`${verdict!.padEnd(8)}  ${name!.padEnd(width(0))}  ${says!.padEnd(width(1))}  ${figure}`);
  }
}
