import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { expect, it } from "vitest";
import { serveRapport } from "../support/rapport-process.ts";
import { tempFolder } from "../support/temp-folder.ts";

// The launcher bounds the room for V8's youngest objects; by itself it would grow to 128 MB a thread on a large machine. On a small machine
// it bounds V8's helpers, too, and everywhere it has glibc give large buffers back. For that the process begins anew in its own place, and whoever started it must not notice.

const wordsOf = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");

it("a server started by its launcher keeps the young generation small, and is still one process", { timeout: 120_000 }, async () => {
  const folder = tempFolder("young");
  const server = await serveRapport(["--data", folder.path]);
  try {
    expect(wordsOf(server.pid)).toEqual(expect.arrayContaining(["--max-semi-space-size=16", "serve", "--data", folder.path]));
    const helpers = wordsOf(server.pid).find((word) => word.startsWith("--v8-pool-size="));
    expect(helpers).toBe(availableParallelism() > 4 ? undefined : `--v8-pool-size=${Math.max(1, availableParallelism() - 1)}`);
    const environment = readFileSync(`/proc/${server.pid}/environ`, "utf8").split("\0");
    expect(environment).toContain("MALLOC_MMAP_THRESHOLD_=131072");
    expect(await server.stop()).toBe(0);
    expect(server.output()).toMatch(/stopping …\n$/);
    expect(server.output()).not.toMatch(/warning/i);
  } finally {
    await server.killHard();
    folder.remove();
  }
});

it("what was said about it before holds", { timeout: 120_000 }, async () => {
  const folder = tempFolder("young");
  const server = await serveRapport(["--data", folder.path], { NODE_OPTIONS: "--max-semi-space-size=8 --v8-pool-size=2" });
  try {
    expect(wordsOf(server.pid).filter((word) => /semi-space|pool-size/.test(word))).toEqual([]);
  } finally {
    await server.killHard();
    folder.remove();
  }
});
