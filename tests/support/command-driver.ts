import { readFileSync, writeFileSync } from "node:fs";
import type { Finished } from "./rapport-process.ts";

// A process of its own that runs the program for many command lines, one after the other: starting a process for each
// would take a second each. Given the file with the command lines and the file for what came of them.

const [wordsFile, resultsFile] = process.argv.slice(2) as [string, string];
const commandLines = JSON.parse(readFileSync(wordsFile, "utf8")) as string[][];

async function run(words: readonly string[], number: number): Promise<Finished> {
  const said = { stdout: "", stderr: "" };
  const writers = { stdout: process.stdout.write, stderr: process.stderr.write };
  for (const stream of ["stdout", "stderr"] as const)
    process[stream].write = (text: string | Uint8Array) => {
      said[stream] += String(text);
      return true;
    };
  process.argv = [process.argv[0]!, "rapport", ...words];
  process.exitCode = undefined;
  try {
    // Under another name the module is evaluated anew; everything it imports is not.
    await import(`../../src/cli/main.ts?${number}`);
    return { code: Number(process.exitCode ?? 0), ...said };
  } finally {
    Object.assign(process.stdout, { write: writers.stdout });
    Object.assign(process.stderr, { write: writers.stderr });
  }
}

const results: Finished[] = [];
for (const [number, words] of commandLines.entries()) results.push(await run(words, number));
process.exitCode = 0;
writeFileSync(resultsFile, JSON.stringify(results));
