import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { LogSeq, MessageId, PersonId, ShopId } from "#domain/ids.ts";
import { ProblemError } from "#domain/problem.ts";
import { type AppendJob, createGroupCommit } from "./group-commit.ts";
import type { AppendOutcome, LogEntry } from "./ports.ts";

const shop = "shop" as ShopId;
const entry = (id: string): LogEntry => ({
  kind: "retract",
  messageId: id as MessageId,
  name: { personId: "p" as PersonId, kind: "customer", externalId: "p" },
  targets: [],
  at: 0,
});
const many = (count: number) => Array.from({ length: count }, (_, index) => entry(`m-${index}`));
const done = (jobs: readonly AppendJob[]) => jobs.map(({ entries }) => entries.map((): AppendOutcome => ({ kind: "appended", seq: 1 as LogSeq })));
const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(() => "ok").catch((error) => (error instanceof ProblemError ? error.problem.code : String(error)));

/** A disk that writes when it is told to. */
function slowDisk() {
  const writes: AppendJob[][] = [];
  const going: ((error?: unknown) => void)[] = [];
  const write = (jobs: readonly AppendJob[]) => {
    writes.push([...jobs]);
    return new Promise<AppendOutcome[][]>((resolve, reject) => going.push((error) => (error === undefined ? resolve(done(jobs)) : reject(error))));
  };
  const step = async (error?: unknown) => {
    for (let ms = 0; going.length === 0 && ms < 30; ms++) await sleep(1);
    going.shift()?.(error);
    await sleep(5);
  };
  return { write, writes, step };
}

describe("the group commit", () => {
  it("writes with the next transaction what came in during one", async () => {
    const disk = slowDisk();
    const commits = createGroupCommit(disk.write);
    const first = commits.append(shop, many(1));
    await sleep(5);
    const others = [commits.append(shop, many(2)), commits.append(shop, many(3))];
    await disk.step();
    await disk.step();
    expect(disk.writes.map((jobs) => jobs.map(({ entries }) => entries.length))).toEqual([[1], [2, 3]]);
    expect((await Promise.all([first, ...others])).map(({ length }) => length)).toEqual([1, 2, 3]);
  });

  it("refuses what is more than may wait, counting what is being written, and takes in again when there is room", async () => {
    const disk = slowDisk();
    const commits = createGroupCommit(disk.write, 100);
    const [a, b] = [codeOf(commits.append(shop, many(60))), codeOf(commits.append(shop, many(40)))];
    await sleep(5);
    expect(await codeOf(commits.append(shop, many(1)))).toBe("OVERLOADED");
    await disk.step();
    await disk.step();
    expect([await a, await b]).toEqual(["ok", "ok"]);
    const again = codeOf(commits.append(shop, many(100)));
    await disk.step();
    expect(await again).toBe("ok");
    await commits.settled();
  });

  it("takes one that is larger than the bound by itself when nothing else waits", async () => {
    const disk = slowDisk();
    const commits = createGroupCommit(disk.write, 10);
    const large = codeOf(commits.append(shop, many(1_000)));
    await disk.step();
    expect(await large).toBe("ok");
  });

  it("tells all who wait when the store is gone, and begins anew with the next", async () => {
    const disk = slowDisk();
    const commits = createGroupCommit(disk.write);
    const first = codeOf(commits.append(shop, many(1)));
    await sleep(5);
    const waiting = [codeOf(commits.append(shop, many(2))), codeOf(commits.append(shop, many(3)))];
    await disk.step(new ProblemError({ code: "STORE_UNAVAILABLE", detail: "gone" }));
    expect(await Promise.all([first, ...waiting])).toEqual(["STORE_UNAVAILABLE", "STORE_UNAVAILABLE", "STORE_UNAVAILABLE"]);
    expect(disk.writes).toHaveLength(1);
    const next = codeOf(commits.append(shop, many(1)));
    await disk.step();
    expect(await next).toBe("ok");
  });

  it("one that cannot be written does not take the others along", async () => {
    const bad = "m-bad";
    const commits = createGroupCommit(async (jobs) => {
      if (jobs.some(({ entries }) => entries.some((one) => one.kind === "retract" && one.messageId === bad))) throw new Error("a bug");
      return done(jobs);
    });
    const results = await Promise.all([
      codeOf(commits.append(shop, many(1))),
      codeOf(commits.append(shop, [entry(bad)])),
      codeOf(commits.append(shop, many(1))),
    ]);
    expect(results).toEqual(["ok", "Error: a bug", "ok"]);
  });

  it("sends away who has waited too long for their turn", async () => {
    const disk = slowDisk();
    let now = 0;
    const commits = createGroupCommit(disk.write, 50_000, () => now);
    const first = codeOf(commits.append(shop, many(1)));
    await sleep(5);
    const late = codeOf(commits.append(shop, many(1)));
    now = 4_000;
    const young = codeOf(commits.append(shop, many(1)));
    now = 6_000;
    await disk.step();
    expect(await late).toBe("OVERLOADED");
    await disk.step();
    expect([await first, await young]).toEqual(["ok", "ok"]);
    await commits.settled();
  });

  it("tells when what nobody waits for can be read, or has failed, and says which jobs nobody waits for", async () => {
    const disk = slowDisk();
    const commits = createGroupCommit(disk.write);
    await commits.caughtUp();
    const ended: string[] = [];
    const write = (lazily: boolean) => codeOf(commits.append(shop, many(1), { lazily })).then((code) => ended.push(code));
    const first = write(true);
    await sleep(5);
    const [second, third] = [write(false), write(true)];
    const caughtUp = commits.caughtUp().then(() => ended.push("caught up"));
    await disk.step();
    expect(ended).toEqual(["ok"]);
    await disk.step(new ProblemError({ code: "STORE_FULL", detail: "full" }));
    await Promise.all([first, second, third, caughtUp]);
    expect(ended).toEqual(["ok", "STORE_FULL", "STORE_FULL", "caught up"]);
    expect(disk.writes.map((jobs) => jobs.map(({ lazily }) => lazily))).toEqual([[true], [false, true]]);
  });
});
