import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";

// Copies what was committed back into the file, beside whoever writes. Asked once a while; told "close", it ends.

export type ToCheckpointWorker = "checkpoint" | "close";

const database = new DatabaseSync(workerData as string);
/** Whoever writes waits no longer than this for somebody who is reading. */
const busyMs = 5;
/** From here on (8 MB of pages) the log is to begin anew. Where entries come in all the time it would otherwise only grow, until a commit of whoever answers does this. */
const mostFrames = 2000;
database.exec(`pragma synchronous = full; pragma wal_autocheckpoint = 0; pragma busy_timeout = ${busyMs}`);

parentPort!.on("message", (message: ToCheckpointWorker) => {
  if (message === "close") {
    database.close();
    parentPort!.close();
    return;
  }
  // Passive: waits for nobody, and nobody for it. What it cannot do now (readers, a full disk) is done another time.
  try {
    const passed = database.prepare("pragma wal_checkpoint(passive)").get();
    // Nobody writes while it copies the little that has come in meanwhile; whoever writes next writes from the start of the log.
    if (Number(passed?.log) >= mostFrames) database.exec("pragma wal_checkpoint(full)");
  } catch {}
});
