import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Puts parts of a result into bench/results/<bench>.json; parts of other names stay as they were measured. */
export function keepResult(bench: string, parts: Readonly<Record<string, unknown>>): void {
  const file = fileURLToPath(new URL(`../results/${bench}.json`, import.meta.url));
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { parts: Record<string, unknown> }).parts : {};
  writeFileSync(file, `${JSON.stringify({ bench, parts: { ...kept, ...parts } }, null, 2)}\n`);
}
