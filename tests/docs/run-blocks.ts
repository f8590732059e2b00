import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type FencedBlock, repository } from "./markdown.ts";

// Runs the shell blocks of one page as a reader would, top to bottom, in an empty folder: `npx rapport` is this
// checkout, servers get a free port, and $HOST, $WRITE_KEY and $SERVER_KEY hold what was really printed.

const commandLimitMs = 90_000;
const startLimitMs = 120_000;
const stopLimitMs = 10_000;

/** A part of a block: lines for the shell, a server to start, or a script of package.json that is only looked up. */
type Part = { readonly kind: "shell" | "serve" | "script"; readonly text: string };

const { scripts } = JSON.parse(readFileSync(`${repository}package.json`, "utf8")) as { scripts: Record<string, string> };

export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let shell: string[] = [];
  const push = (...next: Part[]) => {
    if (shell.some((line) => line.trim() !== "")) parts.push({ kind: "shell", text: shell.join("\n") });
    shell = [];
    parts.push(...next);
  };
  for (const line of text.split("\n")) {
    const serving = /^npx rapport (serve\b.*)$/.exec(line);
    if (serving !== null) push({ kind: "serve", text: serving[1]! });
    else if (/^npm /.test(line)) {
      for (const command of line.split(" && ")) {
        const name = command
          .trim()
          .replace(/^npm (run )?/, "")
          .replace(/ -- .*$/, "");
        if (name === "start") push({ kind: "serve", text: scripts.start!.replace(/^node \S+ /, "") });
        else if (name !== "ci") push({ kind: "script", text: name });
      }
    } else shell.push(line);
  }
  push();
  return parts;
}

/** The reader's shell: `npx` without a registry, `curl` that fails on an error's status. */
const preamble = `npx() {
  program=$1
  shift
  case $program in
    rapport) "$DOCS_NODE" "$DOCS_REPOSITORY/bin/rapport.mjs" "$@" ;;
    node) "$DOCS_NODE" "$@" ;;
    *) echo "the test knows no npx $program" >&2; return 1 ;;
  esac
}
curl() { command curl --silent --show-error --fail-with-body --max-time 20 "$@" && echo; }
`;

export type Reader = {
  /** Throws, with what was printed, when the block does not do what its page says it does. */
  run(block: FencedBlock): Promise<void>;
  /** Stops the server, if one was started. */
  leave(): Promise<void>;
};

/** `compileCache`: a folder that the many starts of the program share, so that each takes half as long. */
export function createReader(folder: string, compileCache: string): Reader {
  for (const name of ["bin", "docs", "scripts"]) symlinkSync(repository + name, join(folder, name));
  const known: Record<string, string> = {};
  let environment: Record<string, string> = {
    ...Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) => (value === undefined || name.startsWith("RAPPORT_") ? [] : [[name, value]])),
    ),
    DOCS_NODE: process.execPath,
    DOCS_REPOSITORY: repository,
    NODE_COMPILE_CACHE: compileCache,
  };
  let server: ChildProcess | null = null;

  function learnKeys(printed: string): void {
    for (const [name, pattern] of Object.entries({ WRITE_KEY: /\brk_w_[\w-]{20,}/, SERVER_KEY: /\brk_s_[\w-]{20,}/ })) {
      const [key] = pattern.exec(printed) ?? [];
      if (key !== undefined) known[name] = key;
    }
  }

  async function runShell(text: string, mustFail: boolean): Promise<void> {
    // The last line hands over what was exported, for the blocks below.
    const child = spawn("sh", ["-eu", "-c", `${preamble}${text}\nenv -0 >&3`], {
      cwd: folder,
      env: { ...environment, ...known },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    let [printed, exported] = ["", ""];
    for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding("utf8").on("data", (part: string) => (printed += part));
    (child.stdio[3] as NodeJS.ReadableStream).setEncoding("utf8").on("data", (part: string) => (exported += part));
    const limit = setTimeout(() => child.kill("SIGKILL"), commandLimitMs);
    const [code] = (await once(child, "close")) as [number | null];
    clearTimeout(limit);
    if ((code === 0) === mustFail) throw new Error(`ended with ${code}:\n${text}\n---\n${printed}`);
    if (!mustFail && /"error":\{"code"|"success":false/.test(printed)) throw new Error(`an answer is an error:\n${text}\n---\n${printed}`);
    learnKeys(printed);
    if (exported !== "") environment = { ...environment, ...Object.fromEntries(exported.split("\0").flatMap(toEntry)) };
  }

  async function serve(words: string): Promise<void> {
    await leave();
    // A port of its own wins over the one on the page, because it comes last.
    const child = spawn("sh", ["-c", `exec "$DOCS_NODE" "$DOCS_REPOSITORY/bin/rapport.mjs" ${words} --port 0`], {
      cwd: folder,
      env: { ...environment, ...known },
      stdio: ["ignore", "pipe", "pipe"],
    });
    server = child;
    let printed = "";
    for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding("utf8").on("data", (part: string) => (printed += part));
    const end = performance.now() + startLimitMs;
    for (;;) {
      const [, address] = /listening on (http:\/\/\S+)\n/.exec(printed) ?? [];
      if (address !== undefined) {
        known.HOST = address;
        return;
      }
      if (child.exitCode !== null || performance.now() > end) throw new Error(`the server does not listen: rapport ${words}\n---\n${printed}`);
      await sleep(50);
    }
  }

  async function leave(): Promise<void> {
    const leaving = server;
    server = null;
    if (leaving === null || leaving.exitCode !== null) return;
    const closed = once(leaving, "close");
    leaving.kill("SIGTERM");
    const limit = setTimeout(() => leaving.kill("SIGKILL"), stopLimitMs);
    await closed;
    clearTimeout(limit);
  }

  return {
    async run({ text, info }) {
      for (const part of partsOf(text)) {
        if (part.kind === "serve") await serve(part.text);
        else if (part.kind === "shell") await runShell(part.text, info === "sh fails");
        else if (scripts[part.text] === undefined) throw new Error(`package.json has no script ${part.text}`);
      }
    },
    leave,
  };
}

function toEntry(pair: string): [string, string][] {
  const at = pair.indexOf("=");
  return at <= 0 ? [] : [[pair.slice(0, at), pair.slice(at + 1)]];
}
