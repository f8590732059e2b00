import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { startCheckpointThread } from "./checkpoint-thread.ts";

it("copies what was committed into the file, and leaves nothing behind when it ends", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rapport-checkpoint-"));
  const path = join(folder, "a.sqlite");
  const writer = new DatabaseSync(path);
  try {
    writer.exec("pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 0; create table t (a)");
    writer.exec("pragma wal_checkpoint(truncate)");
    const before = statSync(path).size;
    const checkpoints = startCheckpointThread(path);
    const insert = writer.prepare("insert into t values (zeroblob(2000))");
    for (let commit = 0; commit < 250; commit++) {
      insert.run();
      checkpoints.committed();
    }
    for (let waited = 0; waited < 10_000 && statSync(path).size === before; waited += 20) {
      await sleep(20);
      checkpoints.committed();
    }
    expect(statSync(path).size).toBeGreaterThan(before);
    await checkpoints.stop();
    checkpoints.committed();
    expect(writer.prepare("select count(*) as n from t").get()).toEqual({ n: 250 });
    writer.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
  } finally {
    if (writer.isOpen) writer.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

it("begins no thread for few commits", async () => {
  const checkpoints = startCheckpointThread("/nowhere/at/all.sqlite");
  for (let commit = 0; commit < 100; commit++) checkpoints.committed();
  await checkpoints.stop();
});

it("does without where the thread cannot be begun", async () => {
  const checkpoints = startCheckpointThread("/nowhere/at/all.sqlite");
  for (let commit = 0; commit < 300; commit++) checkpoints.committed();
  await sleep(300);
  checkpoints.committed();
  await checkpoints.stop();
});
