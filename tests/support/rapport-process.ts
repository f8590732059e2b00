import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tempFolder } from "./temp-folder.ts";

// The product as a user starts it: the launcher in bin/, run by the Node that runs the tests. Every process is ended
// by its own id, and none outlives its time limit.

const launcher = fileURLToPath(new URL("../../bin/rapport.mjs", import.meta.url));
/** The program behind the launcher: a signal sent to this process hits the server itself. */
const program = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const driver = fileURLToPath(new URL("./command-driver.ts", import.meta.url));
const commandLimitMs = 60_000;
const startLimitMs = 60_000;
const stopLimitMs = 15_000;

/** One key for all that tests start, so that a store opens wherever it is moved to; "" leaves each folder its own. */
export const testKey = Buffer.alloc(32, 7).toString("base64");

export type Environment = Readonly<Record<string, string>>;
export type Finished = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

function start(file: string, words: readonly string[], environment: Environment): { child: ChildProcess; said: { stdout: string; stderr: string } } {
  // What the machine sets for itself must not change what is tested.
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("RAPPORT_")));
  // Dozens of processes compile the same files; Node keeps what it compiled where it always would.
  const env = {
    NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache"),
    RAPPORT_KEY: testKey,
    RAPPORT_SMALL_CELL: "1",
    ...inherited,
    ...environment,
  };
  const child = spawn(process.execPath, [file, ...words], { stdio: ["ignore", "pipe", "pipe"], env });
  const said = { stdout: "", stderr: "" };
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    said.stdout += text;
  });
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    said.stderr += text;
  });
  return { child, said };
}

/** Runs one command to its end. */
export async function runRapport(words: readonly string[], environment: Environment = {}): Promise<Finished> {
  const { child, said } = start(launcher, words, environment);
  const limit = setTimeout(() => child.kill("SIGKILL"), commandLimitMs);
  const [code] = (await once(child, "close")) as [number | null];
  clearTimeout(limit);
  return { code, ...said };
}

/** Runs many commands in one process, one after the other; what came of each, in their order. */
export async function runEach(commandLines: readonly (readonly string[])[], environment: Environment = {}): Promise<Finished[]> {
  const folder = tempFolder("each");
  try {
    const [words, results] = [join(folder.path, "words.json"), join(folder.path, "results.json")];
    writeFileSync(words, JSON.stringify(commandLines));
    const { child, said } = start(driver, [words, results], environment);
    const limit = setTimeout(() => child.kill("SIGKILL"), commandLimitMs);
    const [code] = (await once(child, "close")) as [number | null];
    clearTimeout(limit);
    if (code !== 0) throw new Error(`the commands ended with ${code}: ${said.stdout}${said.stderr}`);
    return JSON.parse(readFileSync(results, "utf8")) as Finished[];
  } finally {
    folder.remove();
  }
}

export type RunningRapport = {
  readonly address: string;
  /** Of the process that was started; with `directly` the server itself. */
  readonly pid: number;
  /** All it printed so far. */
  output(): string;
  /** Asks it to stop, as Ctrl-C does; the exit code. */
  stop(): Promise<number | null>;
  /** Ends it without a word of warning. */
  killHard(): Promise<void>;
};

/** Starts `rapport serve` on a free port; resolves when it listens. `directly` leaves the launcher out. */
export async function serveRapport(words: readonly string[], environment: Environment = {}, directly = false): Promise<RunningRapport> {
  const { child, said } = start(directly ? program : launcher, ["serve", "--port", "0", ...words], environment);
  const ended = once(child, "close") as Promise<[number | null]>;
  const address = await new Promise<string>((resolve, reject) => {
    const limit = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`the server did not listen within ${startLimitMs} ms: ${said.stdout}${said.stderr}`));
    }, startLimitMs);
    child.stdout!.on("data", () => {
      const listening = /listening on (http:\/\/127\.0\.0\.1:\d+)\n/.exec(said.stdout);
      if (listening === null) return;
      clearTimeout(limit);
      resolve(listening[1]!);
    });
    void ended.then(([code]) => {
      clearTimeout(limit);
      reject(new Error(`the server ended with code ${code}: ${said.stdout}${said.stderr}`));
    });
  });
  return {
    address,
    pid: child.pid!,
    output: () => said.stdout + said.stderr,
    async stop() {
      const limit = setTimeout(() => child.kill("SIGKILL"), stopLimitMs);
      child.kill("SIGTERM");
      const [code] = await ended;
      clearTimeout(limit);
      return code;
    },
    async killHard() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
