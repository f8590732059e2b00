#!/usr/bin/env node
// Plain JavaScript on purpose: it must start under whatever Node the machine has, and hand over to the Node that
// this package brings along (it runs TypeScript directly) when the machine's own is too old.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// V8 lets the room for its youngest objects grow with the memory of the machine, to 128 MB a thread, and a server fills it all with
// rubbish. A quarter is as quick. And glibc keeps for itself what large buffers (a model is one) have left, in heaps of many threads,
// unless it is told from which size on a buffer goes back to the system. Both can only be said at the start of a process.
const youngGeneration = "--max-semi-space-size=16";
const allocation = { MALLOC_ARENA_MAX: "4", MALLOC_MMAP_THRESHOLD_: "131072", MALLOC_TRIM_THRESHOLD_: "131072" };
// Node has V8 collect rubbish with four threads beside each that works, on whatever machine. On one of two processors they keep the
// thread that answers waiting for a processor, a time slice of the system each (4 to 8 ms).
const nodesHelpers = 4;
const helpers = Math.max(1, availableParallelism() - 1);
const fewHelpers = helpers < nodesHelpers ? [`--v8-pool-size=${helpers}`] : [];

const main = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
const quickPackages = new URL("./quick-packages.mjs", import.meta.url).href;
const major = Number(process.versions.node.split(".")[0]);
const isServer = process.argv[2] === "serve";
const isSaid = (option) => [...process.execArgv, process.env.NODE_OPTIONS ?? ""].some((words) => words.includes(option));
const limits = isServer ? [...(isSaid("semi-space-size") ? [] : [youngGeneration]), ...(isSaid("v8-pool-size") ? [] : fewHelpers)] : [];
// Compiled code is kept between starts: a command starts in half the time.
const NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE ?? join(tmpdir(), "node-compile-cache");
const env = { ...(isServer ? allocation : {}), ...process.env, NODE_COMPILE_CACHE };
if (major >= 24) {
  if (limits.length > 0) beginAnew();
  module.enableCompileCache?.(NODE_COMPILE_CACHE);
  await import(quickPackages);
  await import(main);
} else {
  const bundled = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));
  if (!existsSync(bundled)) {
    process.stderr.write(`Rapport needs Node 24 or newer; this is ${process.version}. Run "npm ci" in its folder, or install Node 24.\n`);
    process.exit(2);
  }
  const child = spawn(bundled, [...limits, "--import", quickPackages, main, ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env,
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));
}

/**
 * In its own place: same id, same standard streams, same parent. A process that has a channel to its parent would lose it, and is left
 * alone.
 */
function beginAnew() {
  if (process.execve === undefined || process.channel !== undefined) return;
  try {
    process.execve(process.execPath, [process.execPath, ...limits, ...process.execArgv, ...process.argv.slice(1)], env);
  } catch {
    // Where a process may not begin anew (Windows, Node's permission model), it takes the memory.
  }
}
