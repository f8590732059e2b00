import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { requirements } from "./requirements.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

type Assertion = { readonly title: string; readonly ancestorTitles: readonly string[]; readonly status: string };
type Report = { readonly testResults: readonly { readonly name: string; readonly assertionResults: readonly Assertion[] }[] };

export type Checked = {
  readonly requirement: string;
  readonly words: string;
  readonly result: "holds" | "FAILS" | "skipped" | "no test" | "not built";
  readonly tests: readonly { readonly file: string; readonly title: string; readonly status: string }[];
  readonly note: string | null;
};

async function runTests(): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "rapport-trust-"));
  const file = join(folder, "report.json");
  const words = ["run", "src", "tests", "-t", "\\bR\\d+", "--reporter=json", `--outputFile.json=${file}`];
  const child = spawn(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), ...words], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  await new Promise((resolve) => child.once("close", resolve));
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Report;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** "R33, R43: …" names two; so does the title of the suite around a test. */
const numbersIn = (title: string): number[] => {
  const [head] = /^R\d+(?:(?:, | and | to |–|-)R\d+)*/.exec(title) ?? [];
  return [...(head ?? "").matchAll(/R(\d+)/g)].map(([, number]) => Number(number));
};

function resultOf(tests: Checked["tests"], notBuilt: string | undefined): Checked["result"] {
  if (tests.some(({ status }) => status === "failed")) return "FAILS";
  if (tests.some(({ status }) => status === "passed")) return "holds";
  if (tests.length > 0) return "skipped";
  return notBuilt === undefined ? "no test" : "not built";
}

/** Runs every test that names a requirement. */
export async function checkAll(): Promise<readonly Checked[]> {
  const { testResults } = await runTests();
  const found = new Map<number, { file: string; title: string; status: string }[]>();
  for (const { name, assertionResults } of testResults) {
    for (const { title, ancestorTitles, status } of assertionResults) {
      const numbers = new Set([title, ...ancestorTitles].flatMap(numbersIn));
      for (const number of numbers) {
        const known = found.get(number) ?? [];
        known.push({ file: name.slice(root.length), title, status });
        found.set(number, known);
      }
    }
  }
  return requirements.map(({ words, notBuilt }, index) => {
    const tests = found.get(index + 1) ?? [];
    return { requirement: `R${index + 1}`, words, result: resultOf(tests, notBuilt), tests, note: notBuilt ?? null };
  });
}

export function printChecklist(checked: readonly Checked[]): void {
  for (const { requirement, words, result, tests, note } of checked) {
    console.log(`${requirement.padEnd(4)} ${result.padEnd(9)} ${words}${note === null || tests.length > 0 ? "" : ` (${note})`}`);
    for (const file of new Set(tests.map((test) => test.file))) {
      const inFile = tests.filter((test) => test.file === file);
      console.log(`     ${" ".repeat(9)} ${file}: ${inFile.filter(({ status }) => status === "passed").length} of ${inFile.length}`);
    }
  }
}
