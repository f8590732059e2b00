import { Worker } from "node:worker_threads";
import type { FitJob, FittedModel } from "./fit-models.ts";

/** Runs `fitModels` in another thread. Rejects when it fails or is stopped. */
export function fitInThread(job: FitJob): Promise<FittedModel[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./fit-worker.ts", import.meta.url), { workerData: job });
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the fitting thread ended with code ${code} before it answered`)));
  });
}
