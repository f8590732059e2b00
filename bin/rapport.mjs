#!/usr/bin/env node
// Plain JavaScript on purpose: it must start under whatever Node the machine has, and hand over to the Node that
// this package brings along (it runs TypeScript directly) when the machine's own is too old.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
const major = Number(process.versions.node.split(".")[0]);
// Compiled code is kept between starts: a command starts in half the time.
const NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE ?? join(tmpdir(), "node-compile-cache");
if (major >= 24) {
  if (process.argv[2] === "serve") limitYoungGeneration();
  module.enableCompileCache?.(NODE_COMPILE_CACHE);
  await import(main);
} else {
  const bundled = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));
  if (!existsSync(bundled)) {
    process.stderr.write(`Rapport needs Node 24 or newer; this is ${process.version}. Run "npm ci" in its folder, or install Node 24.\n`);
    process.exit(2);
  }
  const child = spawn(bundled, [main, ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, NODE_COMPILE_CACHE },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));
}

/**
 * V8 lets the room for its youngest objects grow with the memory of the machine, to 128 MB a thread, and a server fills it all with
 * rubbish. A quarter is as quick. It can only be said at the start, so this process begins anew in its own place: same id, same
 * standard streams, same parent. Whoever has said it already, or has a channel that would be lost, is left alone.
 */
function limitYoungGeneration() {
  const said = [...process.execArgv, process.env.NODE_OPTIONS ?? ""].some((words) => words.includes("semi-space-size"));
  if (said || process.execve === undefined || process.channel !== undefined) return;
  try {
    const words = [process.execPath, "--max-semi-space-size=16", ...process.execArgv, ...process.argv.slice(1)];
    process.execve(process.execPath, words, { ...process.env, NODE_COMPILE_CACHE });
  } catch {
    // Where a process may not begin anew (Windows, Node's permission model), it takes the memory.
  }
}
