import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { errorCatalogue } from "#server/contract/error-codes.ts";
import type { ErrorReply } from "#server/contract/errors.ts";
import { type RunningRapport, runRapport, serveRapport } from "../support/rapport-process.ts";
import { type TempFolder, tempFolder } from "../support/temp-folder.ts";

// One server a data folder. The second is told who the first is; a dead one holds nobody up.

let folder: TempFolder;
const running: RunningRapport[] = [];
beforeEach(() => {
  folder = tempFolder("lock");
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.killHard();
  folder.remove();
});

async function serve(): Promise<RunningRapport> {
  const server = await serveRapport(["--data", folder.path], {}, true);
  running.push(server);
  return server;
}
const note = () => JSON.parse(readFileSync(join(folder.path, "server.json"), "utf8")) as { pid: number; address: string };
const serveOnce = () => runRapport(["serve", "--port", "0", "--data", folder.path, "--json"]);

describe("one server a data folder", () => {
  it("the second is refused with the process id and the address of the first, which goes on", async () => {
    const first = await serve();
    const { pid, address } = note();
    expect(address).toBe(first.address);
    const second = await serveOnce();
    expect(second.code).toBe(1);
    const { error } = JSON.parse(second.stdout) as ErrorReply;
    expect(error).toEqual({
      code: "STORE_IN_USE",
      message: errorCatalogue.STORE_IN_USE.message,
      remedy: errorCatalogue.STORE_IN_USE.remedy,
      detail: `process ${pid} (${address}) has this data folder`,
    });
    expect((await fetch(`${first.address}/health`)).status).toBe(200);
    expect(note().pid).toBe(pid);
    // Commands go on beside it.
    expect((await runRapport(["shop", "create", "Beside", "--data", folder.path])).code).toBe(0);
    expect((await runRapport(["shop", "list", "--data", folder.path])).stdout).toContain("Beside");
  });

  it("of three started at once one comes up", async () => {
    const started = await Promise.allSettled([serve(), serve(), serve()]);
    expect(started.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const one of started) if (one.status === "rejected") expect(String(one.reason)).toMatch(/STORE_IN_USE[\s\S]*has this data folder/);
  });

  it("kill -9 leaves nothing that holds up the next one, and a stop leaves nothing at all", async () => {
    const first = await serve();
    const { pid } = note();
    await first.killHard();
    expect(note().pid).toBe(pid);
    const second = await serve();
    expect(note().pid).not.toBe(pid);
    expect(await second.stop()).toBe(0);
    expect(() => note()).toThrow(/ENOENT/);
    await serve();
  });

  it("a note with the id of a living process that is no server, and one that is rubbish, hold nobody up", async () => {
    for (const text of [JSON.stringify({ pid: process.pid, startedAt: new Date().toISOString(), address: "http://127.0.0.1:1" }), "rubbish", ""]) {
      writeFileSync(join(folder.path, "server.json"), text);
      const server = await serve();
      expect((await fetch(`${server.address}/health`)).status).toBe(200);
      await server.killHard();
    }
  });

  it("restoring below a running server is refused", async () => {
    await runRapport(["shop", "create", "Here", "--data", folder.path]);
    const elsewhere = tempFolder("lock-elsewhere");
    try {
      const file = join(elsewhere.path, "here.backup");
      await serve();
      expect((await runRapport(["backup", file, "--data", folder.path])).code).toBe(0);
      const { code, stderr } = await runRapport(["restore", file, "--data", folder.path]);
      expect([code, stderr]).toEqual([1, expect.stringContaining(`process ${note().pid}`)]);
    } finally {
      elsewhere.remove();
    }
  });
});
