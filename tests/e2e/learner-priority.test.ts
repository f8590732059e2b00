import { readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { expect, it } from "vitest";
import { serveRapport } from "../support/rapport-process.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { waitUntil } from "../support/wait-until.ts";

// Customers are answered first: the thread that answers them keeps the priority it was given, the one that learns steps back.

/** The nice value of every thread, by its id: field 19 of proc_pid_stat(5). The name in field 2 may hold anything but ")". */
function nicesOf(pid: number): ReadonlyMap<number, number> {
  const stats = readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    try {
      const fields = readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8").split(") ").at(-1)!.split(" ");
      return [[Number(thread), Number(fields[16])] as const];
    } catch {
      // It has ended.
      return [];
    }
  });
  return new Map(stats);
}

it.skipIf(process.platform !== "linux")("learning has a lower priority than answering, in one process", { timeout: 120_000 }, async () => {
  const own = nicesOf(process.pid).get(process.pid)!;
  const stepsBackTo = constants.priority.PRIORITY_BELOW_NORMAL;
  const folder = tempFolder("priority");
  const server = await serveRapport(["--data", folder.path]);
  try {
    await waitUntil("a thread that has stepped back", async () => ([...nicesOf(server.pid).values()].includes(stepsBackTo) ? true : null), 30_000);
    expect(nicesOf(server.pid).get(server.pid)).toBe(own);
  } finally {
    await server.killHard();
    folder.remove();
  }
});
