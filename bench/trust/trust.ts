import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { keepAwake } from "../support/keep-awake.ts";
import { keepResult } from "../support/keep-result.ts";
import { describeMachine } from "../support/machine.ts";
import { round } from "../support/median.ts";
import { stolenInWords } from "../support/report.ts";
import { checkAll, printChecklist } from "./checklist.ts";
import { forgetCrowd } from "./forget-crowd.ts";
import { forgetPeople } from "./forget-people.ts";

// What trust costs, and which test proves which of the 52 requirements. `npm run bench:trust [-- --people 20 --only measured|crowd|checklist
// --awake --json --keep]`. Tests that need PostgreSQL or a browser are skipped where RAPPORT_TEST_POSTGRES_URL and a Chromium are missing.

const { values } = parseArgs({
  options: {
    people: { type: "string" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
    awake: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});

const at = (times: readonly number[], share: number): number => {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]!;
};

/** In a process of its own: what it measures is that process's time. */
function gateCostMs(): number {
  const file = fileURLToPath(new URL("../speed/dial.ts", import.meta.url));
  const { stdout } = spawnSync(process.execPath, [file, "--json"], { encoding: "utf8" });
  return (JSON.parse(stdout) as { figures: Record<string, number> }).figures["gate and dial, ms of processor a request"]!;
}

async function measure(people: number) {
  const { forgetMs, exportMs, quietMs, copyingMs, forgettingMs } = await forgetPeople(people, (line) => process.stderr.write(`  ${line}\n`));
  const [quiet, copying, during] = [at(quietMs, 0.99), at(copyingMs, 0.99), at(forgettingMs, 0.99)];
  const gate = gateCostMs();
  const figures = {
    "forget a person with 10,000 events, p50 ms": round(at(forgetMs, 0.5), 0),
    "forget a person with 10,000 events, p95 ms": round(at(forgetMs, 0.95), 0),
    "export of that person, p95 ms": round(at(exportMs, 0.95), 0),
    "recommendations of others: asked for while people were forgotten": forgettingMs.length,
    "recommendations of others, p50 ms": round(at(quietMs, 0.5)),
    "recommendations of others, p50 ms while somebody is forgotten": round(at(forgettingMs, 0.5)),
    "recommendations of others, p99 ms": round(quiet),
    "recommendations of others, p99 ms while somebody is forgotten": round(during),
    "recommendations of others, p99 ms while a copy is written": round(copying),
    "recommendations of others, p99 while somebody is forgotten, of without": round(during / quiet),
    "gate and dial, ms of processor a request": gate,
  };
  const goals = {
    "forgetting within 5 s": at(forgetMs, 0.95) <= 5_000,
    "export within 2 s": at(exportMs, 0.95) <= 2_000,
    "others' p99 at most doubled": during <= 2 * quiet,
    "gate within 0.1 ms": gate <= 0.1,
  };
  return { figures, goals };
}

/** Many at once, and what it costs the others. */
async function measureCrowd(people: number) {
  const { takenOnMs, doneMs, takingOnMs, forgettingMs, mostMemoryMb } = await forgetCrowd(people, (line) => process.stderr.write(`  ${line}\n`));
  const figures = {
    "people who want to be forgotten at once": people,
    "all taken on within, s": round(takenOnMs / 1000, 0),
    "all forgotten, looked for and certified within, s": round(doneMs / 1000, 0),
    "recommendations of others while requests come in": takingOnMs.length,
    "recommendations of others while requests come in, p50 ms": round(at(takingOnMs, 0.5)),
    "recommendations of others while requests come in, p99 ms": round(at(takingOnMs, 0.99)),
    "recommendations of others after that": forgettingMs.length,
    "recommendations of others after that, p50 ms": round(at(forgettingMs, 0.5)),
    "recommendations of others after that, p99 ms": round(at(forgettingMs, 0.99)),
    "most memory of the server, MB": mostMemoryMb,
  };
  return { figures, goals: {} };
}

const [fewPeople, manyPeople] = [20, 10_000];
const people = Number(values.people ?? (values.only === "crowd" ? manyPeople : fewPeople));
if (!Number.isInteger(people) || people < 1 || (values.only !== undefined && !["measured", "crowd", "checklist"].includes(values.only))) {
  process.stderr.write("usage: npm run bench:trust [-- --people 20] [--only measured|crowd|checklist] [--awake] [--json] [--keep]\n");
  process.exit(2);
}
if (values.awake) keepAwake();
const measured = values.only === undefined || values.only === "measured" ? await measure(people) : null;
const crowd = values.only === "crowd" ? await measureCrowd(people) : null;
const checklist = values.only === undefined || values.only === "checklist" ? await checkAll() : null;
const machine = describeMachine();
if (values.keep)
  keepResult("trust", {
    ...(measured === null ? {} : { measured: { machine, people, awake: values.awake, ...measured } }),
    ...(crowd === null ? {} : { crowd: { machine, people, awake: values.awake, ...crowd } }),
    ...(checklist === null ? {} : { checklist }),
  });
if (values.json)
  console.log(JSON.stringify({ bench: "trust", machine, settings: { people, awake: values.awake }, ...(measured ?? crowd), checklist }));
else {
  console.log(`trust on ${machine.cpu}, ${machine.cores} cores, node ${machine.node}, ${machine.commit}${stolenInWords(machine)}`);
  for (const [key, value] of Object.entries((measured ?? crowd)?.figures ?? {})) console.log(`  ${key.padEnd(72)} ${value}`);
  for (const [goal, holds] of Object.entries(measured?.goals ?? {})) console.log(`  ${holds ? "holds" : "FAILS"}  ${goal}`);
  if (checklist !== null) printChecklist(checklist);
}
if (checklist?.some(({ result }) => result === "FAILS")) process.exitCode = 1;
