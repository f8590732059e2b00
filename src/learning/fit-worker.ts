import { parentPort, workerData } from "node:worker_threads";
import { type FitJob, fitModels } from "./fit-models.ts";

// A thread of its own, so that a solve of some seconds does not keep a single customer waiting.
parentPort!.postMessage(fitModels(workerData as FitJob, () => performance.now() / 1000));
