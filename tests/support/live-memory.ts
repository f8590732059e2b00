import { fileURLToPath } from "node:url";
import type { Environment, RunningRapport } from "./rapport-process.ts";
import { waitUntil } from "./wait-until.ts";

/** For the environment of a server of which `liveMemory` is to be asked. */
export const withMemoryProbe: Environment = { NODE_OPTIONS: `--import ${fileURLToPath(new URL("./memory-probe.ts", import.meta.url))}` };

/** Megabytes of what a server needs, and of what it occupies. */
export type LiveMemory = { readonly liveMb: number; readonly rssMb: number };

const saidIn = (output: string) => [...output.matchAll(/^memory (\{.*\})$/gm)].map(([, json]) => JSON.parse(json!) as NodeJS.MemoryUsage);

/** What the main thread of a server needs right now: what is left after a collection, of objects and of buffers. */
export async function liveMemory(server: Pick<RunningRapport, "pid" | "output">, withinMs = 20_000): Promise<LiveMemory> {
  const before = saidIn(server.output()).length;
  process.kill(server.pid, "SIGUSR2");
  const { heapUsed, external, rss } = await waitUntil("the server's word on its memory", () => saidIn(server.output())[before] ?? null, withinMs);
  return { liveMb: (heapUsed + external) / 2 ** 20, rssMb: rss / 2 ** 20 };
}
