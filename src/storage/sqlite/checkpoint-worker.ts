import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";

// Copies what was committed back into the file, beside whoever writes. Asked once a while; told "close", it ends.

export type ToCheckpointWorker = "checkpoint" | "close";

const database = new DatabaseSync(workerData as string);
database.exec("pragma synchronous = full; pragma wal_autocheckpoint = 0");

parentPort!.on("message", (message: ToCheckpointWorker) => {
  if (message === "close") {
    database.close();
    parentPort!.close();
    return;
  }
  // Passive: waits for nobody, and nobody for it. What it cannot do now (readers, a full disk) is done another time.
  try {
    database.exec("pragma wal_checkpoint(passive)");
  } catch {}
});
