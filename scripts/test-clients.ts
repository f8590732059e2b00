import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

// Runs published clients against a running server, and counts by client. A suite's name is "client version"; one that
// is not named so goes by the name of its file.

type Assertion = { readonly ancestorTitles: readonly string[]; readonly title: string; readonly status: string };
type Report = {
  readonly testResults: readonly { readonly name: string; readonly status: string; readonly assertionResults: readonly Assertion[] }[];
};
type Suite = { client: string; version: string | null; passed: number; failed: number; skipped: number };

const root = fileURLToPath(new URL("..", import.meta.url));
const clientAndVersion = /^(\S+) (\d+\.\d+\.\d+\S*)$/;

async function runTests(reportFile: string): Promise<Report> {
  const words = ["run", "tests/clients", "--reporter=json", `--outputFile.json=${reportFile}`];
  const child = spawn(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), ...words], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  await new Promise((resolve) => child.once("close", resolve));
  try {
    return JSON.parse(readFileSync(reportFile, "utf8")) as Report;
  } catch {
    throw new Error(`the tests did not run: ${complaints}`);
  }
}

function suitesOf({ testResults }: Report): { suites: Suite[]; failures: string[] } {
  const suites = new Map<string, Suite>();
  const failures: string[] = [];
  function suiteOf(titles: readonly string[], file: string): Suite {
    const named = titles.map((title) => clientAndVersion.exec(title)).find((match) => match !== null);
    const client = named?.[1] ?? basename(file, ".test.ts");
    let suite = suites.get(client);
    if (suite === undefined) {
      suite = { client, version: named?.[2] ?? null, passed: 0, failed: 0, skipped: 0 };
      suites.set(client, suite);
    }
    return suite;
  }
  for (const { name: file, status, assertionResults } of testResults) {
    if (assertionResults.length === 0 && status === "failed") {
      suiteOf([], file).failed++;
      failures.push(`${basename(file)}: could not be run`);
    }
    for (const { ancestorTitles, title, status: outcome } of assertionResults) {
      const titles = ancestorTitles.filter((one) => one !== "");
      const suite = suiteOf(titles, file);
      if (outcome === "passed") suite.passed++;
      else if (outcome === "failed") {
        suite.failed++;
        failures.push([...titles, title].join(" > "));
      } else suite.skipped++;
    }
  }
  return { suites: [...suites.values()].sort((a, b) => a.client.localeCompare(b.client)), failures };
}

function tableOf(suites: readonly Suite[]): string {
  const rows = [["client", "version", "passed", "failed", "skipped"]];
  for (const { client, version, passed, failed, skipped } of suites)
    rows.push([client, version ?? "", String(passed), String(failed), String(skipped)]);
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join("  "))
    .join("\n");
}

// npm keeps "--json" to itself, and says so.
const asJson = process.argv.includes("--json") || process.env.npm_config_json === "true";
const folder = mkdtempSync(join(tmpdir(), "rapport-clients-"));
try {
  const { suites, failures } = suitesOf(await runTests(join(folder, "report.json")));
  process.stdout.write(asJson ? `${JSON.stringify({ suites })}\n` : `${tableOf(suites)}\n`);
  for (const failure of failures) process.stderr.write(`failed: ${failure}\n`);
  process.exitCode = failures.length > 0 || suites.length === 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
