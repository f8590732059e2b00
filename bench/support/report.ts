import { describeMachine } from "./machine.ts";

export const stolenInWords = ({ stolen = 0 }: { readonly stolen?: number }): string =>
  stolen < 0.01 ? "" : `, ${(100 * stolen).toFixed(0)} % of its time given to others by its host`;

/** Prints a result: JSON with --json, else a line a figure. */
export function report(name: string, settings: Readonly<Record<string, unknown>>, figures: Readonly<Record<string, number>>): void {
  const machine = describeMachine();
  if (process.argv.includes("--json")) {
    console.log(JSON.stringify({ bench: name, machine, settings, figures }));
    return;
  }
  console.log(
    `${name} on ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, node ${machine.node}, ${machine.commit}${stolenInWords(machine)}`,
  );
  console.log(
    `  ${Object.entries(settings)
      .map(([key, value]) => `${key} ${value}`)
      .join(", ")}`,
  );
  const width = Math.max(...Object.keys(figures).map((key) => key.length));
  for (const [key, value] of Object.entries(figures)) console.log(`  ${key.padEnd(width)}  ${value}`);
}
